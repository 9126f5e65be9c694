import { KeyedQueue, SingleFlight } from "@patrix/concurrency";
import { encodeCanonicalJson } from "@patrix/canonical-json";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { BuiltPdu } from "@patrix/signatures";
import { selectDecidingState, type StateKeyPair, toAuthEvent } from "@patrix/state-res";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { WriteOperation } from "../../store/statement.ts";
import { RoomError } from "../errors.ts";
import { type LoadedRoom, requireWritable, type RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type SelectedState, StateSelector } from "../state/selected-state.ts";
import { internStateKey } from "../state/state-key.ts";
import { eventRelation } from "../timeline/event-relation.ts";
import { authorise } from "./authorise.ts";
import { EventBuilder } from "./build-event.ts";
import { checkRelation } from "./check-relation.ts";
import { type EventDraft, prepareDraft, type PreparedDraft } from "./event-draft.ts";
import type { AppendedEvent, DelayedOrigin, EventLog, EventOrigin } from "./event-log.ts";
import { type EventNumbers, internNames, peekNumbers } from "./event-numbers.ts";
import { SentTransactions } from "./sent-transactions.ts";
import { StateSize } from "./state-size.ts";
import { applicableRedaction, type RedactionTarget } from "./redaction-target.ts";

/** Who sends an event, and the transaction ID that the client gave it. */
export interface SendOrigin {
  readonly deviceNid: number;
  readonly txn?: string | undefined;
  /** The delayed event that it comes from. */
  readonly delayed?: DelayedOrigin | undefined;
}

/** Has a say in what is sent to some rooms. */
export interface SendGuard {
  /** Whether it has, in a room and about an event. It is asked about every event, and answers without a pause. */
  readonly isGuarded: (room: LoadedRoom, draft: EventDraft) => boolean;
  /** Sends an event. @returns Nothing where it has no say after all, and the event is to be sent as every other one. */
  readonly send: (room: LoadedRoom, draft: EventDraft, origin: EventOrigin | undefined) => Promise<StoredEvent | undefined>;
}

/** Everything that the synchronous part of a send reads. */
interface ReadyDraft {
  readonly draft: PreparedDraft;
  readonly selected: SelectedState;
  readonly numbers: EventNumbers;
  readonly redaction: RedactionTarget | undefined;
  readonly origin: EventOrigin | undefined;
}

/** How often a send starts again since the room moved on meanwhile; then the room is too busy. */
const MAX_ATTEMPTS = 100;

/**
 * Sends the events of local users: authorises, builds and appends them. From reading the room's state to queueing the
 * commit it runs without a pause, so events of a room need no lock and come in the order in which they were authorised.
 */
export class RoomEngine {
  readonly #rooms: Rooms;
  readonly #log: EventLog;
  readonly #builder: EventBuilder;
  readonly #selector: StateSelector;
  readonly #stateSize: StateSize;
  #guard: SendGuard | undefined;
  readonly #sent: SentTransactions;
  /** The transactions that are under way; those that are done are in the store. */
  readonly #transactions = new SingleFlight<string, StoredEvent>();
  /** The same annotations of a user come one after the other, so that the second finds the first stored. */
  readonly #annotations = new KeyedQueue<string>();

  constructor(rooms: Rooms, log: EventLog) {
    this.#rooms = rooms;
    this.#log = log;
    this.#builder = new EventBuilder(rooms.core.serverName, rooms.events, rooms.core.clock);
    this.#selector = new StateSelector(rooms.core, rooms.events);
    this.#stateSize = new StateSize(rooms);
    this.#sent = new SentTransactions(rooms.core.store);
  }

  /** Lets something else have a say in what is sent. */
  guardBy(guard: SendGuard): void {
    this.#guard = guard;
  }

  /**
   * Sends an event; resolves when it is durable and visible.
   *
   * @throws {LimitError} Where the room would have too much state.
   * @throws {RoomError} `FORBIDDEN` with the rule's number, `INVALID_EVENT`, `EVENT_TOO_LARGE`, `DUPLICATE_ANNOTATION`,
   * `NOT_A_THREAD_ROOT`, `UNSUPPORTED_ROOM_VERSION` or `OVERLOADED`.
   */
  send(room: RoomHandle, draft: EventDraft, origin?: SendOrigin): Promise<StoredEvent> {
    if (origin?.txn === undefined) return this.#send(room, draft, origin && { deviceNid: origin.deviceNid, delayed: origin.delayed });
    const key = transactionKey(room, draft, origin);
    const txn = { id: origin.txn, key };
    return this.#transactions.run(key, () => this.#sendOnce(room, draft, { deviceNid: origin.deviceNid, txn }));
  }

  /**
   * Appends the first events of a new room in one commit, each authorised against the state after those before it: all
   * of them or none. The first is `m.room.create`, which names the room where its version wants that.
   *
   * @param store - What else the commit stores, once the room has its ID.
   */
  async found(room: LoadedRoom, drafts: readonly EventDraft[], store: () => readonly WriteOperation[]): Promise<void> {
    this.#admit();
    const { core } = this.#rooms;
    const ready: { draft: PreparedDraft; numbers: EventNumbers }[] = [];
    for (const draft of drafts) {
      const prepared = prepareDraft(draft, room.rules);
      for (const [type, stateKey] of prepared.authKeys) await internStateKey(core, type, stateKey);
      ready.push({ draft: prepared, numbers: await internNames(core, draft) });
    }
    const appended = ready.map(({ draft, numbers }) => {
      const selected = this.#selector.peek(room.head.state, selectDecidingState(draft.authKeys, room.rules));
      if (!selected) throw new RangeError(`the names of a new room's ${draft.type} are not numbered`);
      return this.#append(room, { draft, numbers, selected, redaction: undefined, origin: undefined });
    });
    await this.#log.commit(room, appended, { first: store(), published: () => this.#rooms.add(room) });
  }

  /**
   * Builds an event that follows the room as it is now, and authorises it, but appends nothing: others are to complete or sign it.
   *
   * @throws {RoomError} As {@link RoomEngine.send}.
   */
  async draft(room: RoomHandle, draft: EventDraft): Promise<BuiltPdu> {
    const loaded = await this.#rooms.load(room);
    requireWritable(loaded);
    if (loaded.settling) await loaded.settling;
    const prepared = prepareDraft(draft, loaded.rules);
    const selected = await this.#selector.load(loaded.head.state, keysOf(prepared, loaded.rules));
    if (loaded.rules.eventsReferenceFormat !== "id") await this.#rooms.events.load(loaded.head.tips.map(({ nid }) => nid));
    const built = this.#builder.build(loaded, prepared, selected);
    authorise(toAuthEvent(built), loaded.rules, selected);
    return built;
  }

  async #sendOnce(room: RoomHandle, draft: EventDraft, origin: Required<Omit<EventOrigin, "delayed">>): Promise<StoredEvent> {
    const earlier = await this.#sent.find(origin.deviceNid, origin.txn.key);
    const event = earlier === undefined ? undefined : await this.#rooms.events.get(earlier);
    if (event) return event;
    try {
      return await this.#send(room, draft, origin);
    } finally {
      // Whatever became of it: it may be stored.
      this.#sent.add(origin.deviceNid, origin.txn.key);
    }
  }

  #send(room: RoomHandle, draft: EventDraft, origin: EventOrigin | undefined): Promise<StoredEvent> {
    const relation = eventRelation(draft.type, draft.content);
    if (!relation) return this.#sendChecked(room, draft, origin);
    const checked = async (): Promise<StoredEvent> => {
      await checkRelation(this.#rooms, room, draft.sender, relation);
      return this.#sendChecked(room, draft, origin);
    };
    const { annotation, targetId } = relation;
    return annotation === null ? checked() : this.#annotations.run(`${draft.sender} ${targetId} ${annotation}`, checked);
  }

  async #sendChecked(room: RoomHandle, draft: EventDraft, origin: EventOrigin | undefined): Promise<StoredEvent> {
    this.#admit();
    let prepared: PreparedDraft | undefined;
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const loaded = await this.#rooms.load(room);
      requireWritable(loaded);
      if (loaded.settling) await loaded.settling;
      prepared ??= prepareDraft(draft, loaded.rules);
      const { head } = loaded;
      // Without a pause where there is nothing to read, so that no event overtakes one that was sent before it.
      const measured = this.#stateSize.require(loaded, draft);
      if (measured) await measured;
      if (attempt === 0 && this.#guard?.isGuarded(loaded, draft)) {
        const sent = await this.#guard.send(loaded, draft, origin);
        if (sent) return sent;
      }
      const ready = this.#peek(loaded, prepared, origin) ?? (await this.#prepare(loaded, prepared, origin));
      // Whatever happened during a pause, everything is looked at again before the synchronous part.
      if (this.#rooms.peek(loaded) !== loaded || loaded.settling || loaded.head.state !== head.state) continue;
      const same = repeated(ready);
      if (same) return this.#whenStored(same);
      const appended = this.#append(loaded, ready);
      await this.#log.commit(loaded, [appended]);
      return appended.event;
    }
    throw new RoomError("OVERLOADED", "the room changes too fast: try again in a second");
  }

  /** What decides about a draft, if all of it is in memory, as it is in rooms that are in use. */
  #peek(room: LoadedRoom, draft: PreparedDraft, origin: EventOrigin | undefined): ReadyDraft | undefined {
    if (draft.redacts !== undefined || room.rules.eventsReferenceFormat !== "id") return undefined;
    const selected = this.#selector.peek(room.head.state, keysOf(draft, room.rules));
    const numbers = selected && peekNumbers(this.#rooms.core, draft);
    return numbers && { draft, selected, numbers, redaction: undefined, origin };
  }

  /** Brings everything into memory that decides about a draft. */
  async #prepare(room: LoadedRoom, draft: PreparedDraft, origin: EventOrigin | undefined): Promise<ReadyDraft> {
    const { core } = this.#rooms;
    const { state } = room.head;
    const redaction = draft.redacts === undefined ? undefined : await applicableRedaction(this.#rooms, room, draft.sender, draft.redacts);
    const selected = await this.#selector.load(state, keysOf(draft, room.rules));
    if (room.rules.eventsReferenceFormat !== "id") await this.#rooms.events.load(room.head.tips.map(({ nid }) => nid));
    const known = peekNumbers(core, draft);
    if (known) return { draft, selected, numbers: known, redaction, origin };
    // Names are numbered only for events that will be accepted: what is refused leaves nothing behind.
    const built = this.#builder.build(room, draft, selected);
    authorise(toAuthEvent(built), room.rules, selected);
    return { draft, selected, numbers: await internNames(core, draft), redaction, origin };
  }

  /** Answers with an event that is in the room already, as soon as it is stored. */
  async #whenStored(event: StoredEvent): Promise<StoredEvent> {
    if (this.#rooms.events.pending(event.nid)) await this.#rooms.core.log.flushed();
    return event;
  }

  /** Refuses what need not be looked at. */
  #admit(): void {
    if (this.#rooms.core.log.overloaded) throw new RoomError("OVERLOADED", "too much waits to be written: try again in a second");
  }

  /** The synchronous part: build, authorise, number, and move the head of the room. */
  #append(room: LoadedRoom, { draft, selected, numbers, redaction, origin }: ReadyDraft): AppendedEvent {
    const built = this.#builder.build(room, draft, selected);
    if (room.id === "") room.id = built.roomId;
    authorise(toAuthEvent(built), room.rules, selected);
    const { type, stateKey, sender } = draft;
    const { stateNid, state } = room.head;
    const { eventId, pdu } = built;
    if (draft.stickyMs !== undefined)
      this.#rooms.sticky.require(room.nid, numbers.senderNid, Buffer.byteLength(JSON.stringify(draft.content)));
    return this.#log.append(room, { type, stateKey, sender, eventId, pdu, numbers, redaction, origin, before: { stateNid, state } });
  }
}

/** What is looked at of a state: what decides about a draft, and what it would replace. */
function keysOf({ type, stateKey, authKeys }: PreparedDraft, rules: RoomVersionRules): readonly StateKeyPair[] {
  const deciding = selectDecidingState(authKeys, rules);
  return stateKey === undefined ? deciding : [...deciding, [type, stateKey]];
}

/** The event that a draft would repeat: the state is set already, by the same user and to the same content. */
function repeated({ draft, selected }: ReadyDraft): StoredEvent | undefined {
  if (draft.stateKey === undefined) return undefined;
  const before = selected.get(draft.type, draft.stateKey);
  if (!before || before.fields.sender !== draft.sender || before.fields.redactedBy !== null) return undefined;
  const isSame = encodeCanonicalJson(before.content, { strict: false }) === encodeCanonicalJson(draft.content, { strict: false });
  return isSame ? before : undefined;
}

function transactionKey(room: RoomHandle, draft: EventDraft, origin: SendOrigin): string {
  return `${origin.deviceNid} ${room.nid} ${draft.type} ${draft.redacts ?? ""} ${origin.txn}`;
}
