import { CanonicalJsonError } from "@patrix/canonical-json";
import { createEventId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import { buildPdu, type BuiltPdu, type EventReference, referenceHash, SignaturesError, toEventReference } from "@patrix/signatures";
import { type AuthEvent, checkStateDependentAuth, checkStateIndependentAuth, selectAuthEvents, type StateKeyPair } from "@patrix/state-res";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { eventOfTransaction, insertEvent, insertTransaction, redactEvent } from "../../store/statements/events.ts";
import { updateRoom, upsertMembership } from "../../store/statements/rooms.ts";
import { RoomError } from "../errors.ts";
import { joinedUsers, type LoadedRoom, type RoomHandle, type RoomHead } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { applicableRedaction } from "./redaction-target.ts";
import { checkKeys, draftNumbers, type DraftNumbers, type EventDraft, internDraft } from "./event-draft.ts";
import { findStateKey, internStateKey, peekStateKey } from "../state/state-key.ts";
import { eventStatus, StoredEvent, toAuthEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";

/** Who sent an event, and under which transaction ID: the same ID gives the same event. */
export interface EventOrigin {
  readonly deviceNid: number;
  readonly txn?: string | undefined;
}

/** An event that is built and in memory, with what its commit must store. */
interface AppendedEvent {
  readonly event: StoredEvent;
  readonly operations: readonly WriteOperation[];
  readonly publish: () => void;
}

/**
 * The write path of rooms: authorises, builds, names and appends events. From reading the room's state to queueing the
 * commit it runs without a pause, so events of a room need no lock and come in the order in which they were authorised.
 */
export class RoomEngine {
  readonly #rooms: Rooms;
  readonly #timelines: Timelines;
  /** The transactions that are under way; those that are done are in the store. */
  readonly #transactions = new Map<string, Promise<StoredEvent>>();
  #newestCreation = 0;

  constructor(rooms: Rooms, timelines: Timelines) {
    this.#rooms = rooms;
    this.#timelines = timelines;
  }

  /**
   * Sends an event; resolves when it is durable and visible.
   *
   * @throws {RoomError} `FORBIDDEN` with the rule's number, `INVALID_EVENT`, `EVENT_TOO_LARGE` or `OVERLOADED`.
   */
  send(room: RoomHandle, draft: EventDraft, origin?: EventOrigin): Promise<StoredEvent> {
    if (origin?.txn === undefined) return this.#send(room, draft, origin);
    const key = transactionKey(room, draft, origin);
    const known = this.#transactions.get(key);
    if (known) return known;
    const sending = this.#sendOnce(room, draft, origin);
    this.#transactions.set(key, sending);
    const done = (): boolean => this.#transactions.delete(key);
    sending.then(done, done);
    return sending;
  }

  /**
   * Appends the first events of a new room in one commit, each authorised against the state after those before it: all
   * of them or none. The first is `m.room.create`, which names the room where its version wants that.
   *
   * @param store - What else the commit stores, once the room has its ID.
   */
  async found(room: LoadedRoom, drafts: readonly EventDraft[], store: () => readonly WriteOperation[]): Promise<void> {
    const { core } = this.#rooms;
    this.#admit(drafts);
    for (const draft of drafts) {
      await internDraft(core, draft);
      for (const [type, stateKey] of authKeys(room, draft)) await internStateKey(core, type, stateKey);
    }
    const numbered = drafts.map((draft) => ({ draft, numbers: draftNumbers(core, draft, undefined) }));
    const appended = numbered.map(({ draft, numbers }) => {
      if (!numbers) throw new RangeError(`the names of a new room's ${draft.type} are not numbered`);
      return this.#append(room, draft, numbers, undefined);
    });
    await this.#commit(room, appended, store(), () => this.#rooms.add(room));
  }

  async #sendOnce(room: RoomHandle, draft: EventDraft, origin: EventOrigin): Promise<StoredEvent> {
    const { store } = this.#rooms.core;
    const earlier = await store.get(eventOfTransaction, origin.deviceNid, transactionKey(room, draft, origin));
    const event = earlier && (await this.#rooms.events.get(earlier.event_nid));
    return event ?? this.#send(room, draft, origin);
  }

  async #send(room: RoomHandle, draft: EventDraft, origin: EventOrigin | undefined): Promise<StoredEvent> {
    this.#admit([draft]);
    const absent = new Set<string>();
    for (;;) {
      const loaded = await this.#rooms.load(room);
      const redaction =
        draft.redacts === undefined ? undefined : await applicableRedaction(this.#rooms, loaded, draft.sender, draft.redacts);
      // Whatever happened during a pause, everything is looked at again before the synchronous part.
      if (!this.#rooms.isCurrent(loaded)) continue;
      const numbers = draftNumbers(this.#rooms.core, draft, redaction);
      if (!this.#isReady(loaded, draft, absent)) await this.#loadAuthEvents(loaded, draft, absent);
      else if (numbers) return this.#appendOne(loaded, draft, numbers, origin);
      else {
        // Names are numbered only for events that will be accepted: what is refused leaves nothing behind.
        this.#check(loaded, draft);
        await internDraft(this.#rooms.core, draft);
        await this.#rooms.stateGroups.prepare(loaded.head.stateNid);
      }
    }
  }

  async #appendOne(room: LoadedRoom, draft: EventDraft, numbers: DraftNumbers, origin: EventOrigin | undefined): Promise<StoredEvent> {
    const appended = this.#append(room, draft, numbers, origin);
    await this.#commit(room, [appended], []);
    return appended.event;
  }

  /** Refuses what need not be looked at. */
  #admit(drafts: readonly EventDraft[]): void {
    if (this.#rooms.core.log.overloaded) throw new RoomError("OVERLOADED", "too much waits to be written: try again in a second");
    for (const draft of drafts) checkKeys(draft);
  }

  /** Loads what the synchronous part will read: the names of state keys, then events; notes the names that do not exist. */
  async #loadAuthEvents(room: LoadedRoom, draft: EventDraft, absent: Set<string>): Promise<void> {
    const { core, events } = this.#rooms;
    for (const [type, stateKey] of authKeys(room, draft))
      if ((await findStateKey(core, type, stateKey)) === undefined) absent.add(`${type} ${stateKey}`);
    await events.load(this.#neededEvents(room, draft));
  }

  /** Whether everything is in memory; what was loaded may be outdated if the state has changed meanwhile. */
  #isReady(room: LoadedRoom, draft: EventDraft, absent: ReadonlySet<string>): boolean {
    const { core, events } = this.#rooms;
    const named = authKeys(room, draft).every(
      ([type, stateKey]) => peekStateKey(core, type, stateKey) !== undefined || absent.has(`${type} ${stateKey}`),
    );
    return named && this.#neededEvents(room, draft).every((nid) => events.peek(nid) !== undefined);
  }

  /** Builds and authorises a draft, and keeps nothing of it. */
  #check(room: LoadedRoom, draft: EventDraft): void {
    const built = this.#build(room, draft);
    this.#authorise(room, toAuthEvent(built.eventId, built.pdu));
  }

  #neededEvents(room: LoadedRoom, draft: EventDraft): number[] {
    const { core } = this.#rooms;
    const auth = authKeys(room, draft).flatMap(([type, stateKey]) => {
      const skey = peekStateKey(core, type, stateKey);
      return (skey === undefined ? undefined : room.head.state.get(skey)) ?? [];
    });
    return room.rules.eventsReferenceFormat === "id" ? auth : [...auth, ...room.head.tips.map((tip) => tip.nid)];
  }

  #stateEvent(room: LoadedRoom, type: string, stateKey: string): StoredEvent | undefined {
    const skey = peekStateKey(this.#rooms.core, type, stateKey);
    const nid = skey === undefined ? undefined : room.head.state.get(skey);
    return nid === undefined ? undefined : this.#rooms.events.peek(nid);
  }

  /** The synchronous part: authorise, build, number, and move the head of the room. */
  #append(room: LoadedRoom, draft: EventDraft, numbers: DraftNumbers, origin: EventOrigin | undefined): AppendedEvent {
    const { core, events, stateGroups } = this.#rooms;
    const { head } = room;
    const built = this.#build(room, draft);
    if (room.id === "") room.id = built.roomId;
    this.#authorise(room, toAuthEvent(built.eventId, built.pdu));
    const nid = core.log.next(room.shard);
    const { senderNid, skeyNid } = numbers;
    const replacesNid = skeyNid === undefined ? null : (head.state.get(skeyNid) ?? null);
    const event = new StoredEvent(
      {
        nid,
        roomNid: room.nid,
        timelinePos: nid,
        eventId: built.eventId,
        type: draft.type,
        stateKey: draft.stateKey,
        senderNid,
        sender: draft.sender,
        depth: head.depth + 1,
        ts: built.pdu["origin_server_ts"] as number,
        stateNid: head.stateNid,
        replacesNid,
        status: eventStatus.accepted,
        redactedBy: null,
        deviceNid: origin?.deviceNid ?? null,
        txn: origin?.txn ?? null,
        json: JSON.stringify(built.pdu),
      },
      room.rules,
      built.pdu,
    );
    events.add(event);
    const operations = [insertEventOperation(event, numbers)];
    if (skeyNid !== undefined) {
      const group = stateGroups.create(room.nid, head.stateNid, head.state, [[skeyNid, nid]]);
      operations.push(group.operation);
      head.stateNid = group.nid;
      head.state = group.state;
    }
    head.tips = [{ nid, eventId: built.eventId }];
    head.depth++;
    operations.push(...effectOperations(room, event, draft, numbers, origin));
    const after = { stateNid: head.stateNid, state: head.state };
    return { event, operations, publish: () => this.#publish(room, event, numbers, after) };
  }

  #build(room: LoadedRoom, draft: EventDraft): BuiltPdu {
    const { core } = this.#rooms;
    const { head, rules } = room;
    const inContent = rules.redaction.contentFieldRedacts;
    const content = draft.redacts !== undefined && inContent ? { ...draft.content, redacts: draft.redacts } : draft.content;
    const authEvents = selectAuthEvents({ type: draft.type, sender: draft.sender, state_key: draft.stateKey, content }, rules).flatMap(
      ([type, stateKey]) => this.#stateEvent(room, type, stateKey) ?? [],
    );
    try {
      return buildPdu(
        {
          type: draft.type,
          state_key: draft.stateKey,
          content,
          sender: draft.sender,
          room_id: room.id === "" ? undefined : room.id,
          origin_server_ts: draft.type === "m.room.create" ? this.#creationTime() : core.clock.now(),
          redacts: inContent ? undefined : draft.redacts,
          event_id: rules.eventFormat.requireEventId ? createEventId(core.serverName) : undefined,
        },
        {
          prevEvents: head.tips.map((tip) => this.#reference(tip, rules)),
          authEvents: authEvents.map((event) => this.#reference(event, rules)),
          depth: head.depth + 1,
        },
        rules,
      );
    } catch (error) {
      if (error instanceof CanonicalJsonError)
        throw new RoomError("INVALID_EVENT", `${error.pointer || "/content"}: ${error.message}`, { cause: error });
      if (error instanceof SignaturesError && error.code === "event_too_large")
        throw new RoomError("EVENT_TOO_LARGE", error.message, { cause: error });
      throw error;
    }
  }

  /** The time of a new room. Each has its own: where a room is named by the hash of its first event, two could get one name. */
  #creationTime(): number {
    return (this.#newestCreation = Math.max(this.#rooms.core.clock.now(), this.#newestCreation + 1));
  }

  /** Names an event in the format of the room version; the events of versions 1 and 2 are loaded for it. */
  #reference({ nid, eventId }: { readonly nid: number; readonly eventId: string }, rules: RoomVersionRules): EventReference {
    if (rules.eventsReferenceFormat === "id") return eventId;
    const event = this.#rooms.events.peek(nid);
    if (!event) throw new RangeError(`event ${eventId} is not loaded`);
    return toEventReference(eventId, referenceHash(event.pdu, rules), rules);
  }

  #authorise(room: LoadedRoom, event: AuthEvent): void {
    // The rest of what does not depend on the state holds by the way in which events are built.
    const create = event.type === "m.room.create" ? checkStateIndependentAuth(event, room.rules, () => undefined) : undefined;
    if (create?.outcome === "rejected") throw new RoomError("FORBIDDEN", create.reason, { rule: create.rule });
    const outcome = checkStateDependentAuth(event, room.rules, (type, stateKey) => this.#stateEvent(room, type, stateKey)?.authEvent);
    if (outcome.outcome === "rejected") throw new RoomError("FORBIDDEN", outcome.reason, { rule: outcome.rule });
  }

  async #commit(
    room: LoadedRoom,
    appended: readonly AppendedEvent[],
    first: readonly WriteOperation[],
    published?: () => void,
  ): Promise<void> {
    const { core } = this.#rooms;
    const { head } = room;
    const newest = appended.at(-1)?.event.nid ?? 0;
    this.#rooms.hold(room);
    await core.log.append({
      positions: appended.map(({ event }) => event.nid),
      operations: [
        ...first,
        ...appended.flatMap(({ operations }) => operations),
        operation(updateRoom, room.nid, JSON.stringify(head.tips.map((tip) => tip.nid)), head.stateNid, newest, head.depth),
      ],
      publish: () => {
        try {
          for (const { publish } of appended) publish();
          published?.();
        } finally {
          this.#rooms.release(room);
        }
      },
      revert: () => {
        for (const { event } of appended) this.#rooms.events.evict(event.nid);
        this.#rooms.reload(room);
      },
    });
  }

  /** Makes a committed event visible and marks those whom it concerns. */
  #publish(room: LoadedRoom, event: StoredEvent, numbers: DraftNumbers, after: Pick<RoomHead, "state" | "stateNid">): void {
    const { core, events } = this.#rooms;
    const { view } = room;
    view.lastPos = event.nid;
    view.stateNid = after.stateNid;
    view.state = after.state;
    const { redaction, memberNid } = numbers;
    if (redaction) {
      events.evict(redaction.nid);
      this.#timelines.forget(room.nid);
    }
    if (memberNid !== undefined) {
      core.wakeUps.touch([memberNid]);
      const membership = event.content["membership"];
      if (typeof membership === "string") this.#rooms.applyMembership(room, memberNid, { membership, eventNid: event.nid });
    }
    this.#timelines.add(room, event);
    core.wakeUps.touch(joinedUsers(view));
  }
}

function transactionKey(room: RoomHandle, draft: EventDraft, origin: EventOrigin): string {
  return `${origin.deviceNid} ${room.nid} ${draft.type} ${draft.redacts ?? ""} ${origin.txn}`;
}

/** What the authorisation of a draft reads of the state; `m.room.create` always, whether or not it is an auth event. */
function authKeys(room: LoadedRoom, draft: EventDraft): readonly StateKeyPair[] {
  const selected = selectAuthEvents(
    { type: draft.type, sender: draft.sender, state_key: draft.stateKey, content: draft.content },
    room.rules,
  );
  return room.rules.eventFormat.allowRoomCreateInAuthEvents ? selected : [["m.room.create", ""], ...selected];
}

function insertEventOperation({ fields }: StoredEvent, { senderNid, typeNid, skeyNid }: DraftNumbers): WriteOperation {
  const { nid, roomNid, timelinePos, eventId, depth, ts, stateNid, replacesNid, status, deviceNid, txn, json } = fields;
  return operation(
    insertEvent,
    nid,
    roomNid,
    timelinePos,
    eventId,
    typeNid,
    skeyNid ?? null,
    senderNid,
    depth,
    ts,
    stateNid,
    replacesNid,
    status,
    null,
    null,
    deviceNid,
    txn,
    json,
  );
}

/** What an event changes besides the timeline: a membership, a redaction, a transaction ID. */
function effectOperations(
  room: LoadedRoom,
  event: StoredEvent,
  draft: EventDraft,
  { memberNid, redaction }: DraftNumbers,
  origin: EventOrigin | undefined,
): WriteOperation[] {
  const operations: WriteOperation[] = [];
  const { membership } = draft.content;
  if (memberNid !== undefined && typeof membership === "string")
    operations.push(operation(upsertMembership, room.nid, memberNid, membership, event.nid));
  if (redaction) operations.push(operation(redactEvent, redaction.nid, event.nid));
  if (origin?.txn !== undefined)
    operations.push(operation(insertTransaction, origin.deviceNid, transactionKey(room, draft, origin), event.nid, event.fields.ts));
  return operations;
}
