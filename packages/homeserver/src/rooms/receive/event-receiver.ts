import { KeyedQueue } from "@patrix/concurrency";
import { authoriseOnReceipt, type RoomPorts } from "@patrix/federation";
import type { NamedPdu } from "@patrix/signatures";
import type { AuthEvent, FetchState, StateKeyPair } from "@patrix/state-res";
import { RoomError } from "../errors.ts";
import { type LearnedMember, learnedMembers, teachRoom, withLearned } from "../partial/learned-members.ts";
import { type GroupedState, type LoadedRoom, requireWritable, type RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateResolver } from "../state/resolve.ts";
import type { RoomState, StateChange } from "../state/room-state.ts";
import { StateSelector } from "../state/selected-state.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { deleteMissingEvent, followersOfMissing } from "../../store/statements/events.ts";
import { type Place, placeInPast } from "../timeline/place.ts";
import { eventStatus, hasState, type StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { AppendedEvent, CheckedEvent, EventLog, EventOrigin, ForkedMove } from "../write/event-log.ts";
import { type BranchState, BranchStates } from "./branch-states.ts";
import { checkedEvent } from "./checked-event.ts";
import { shelveOutliers } from "./shelve-outliers.ts";
import { noteMissing } from "./missing-events.ts";
import { redactedOperations } from "../write/redaction-operations.ts";
import { receivedRedactions } from "./received-redaction.ts";
import { followsStraight, moveByPlan, planFollowed, planFork } from "./fork.ts";

/** What became of a received event. */
export interface ReceivedEvent {
  readonly outcome: "accepted" | "soft-failed" | "rejected" | "known";
  readonly event: StoredEvent;
  /** Why it was not accepted. */
  readonly reason?: string;
  /** Resolves when it is durable and visible; absent where it is. */
  readonly stored?: Promise<void>;
}

/** How an event is received. */
export interface ReceiveOptions {
  /** The state before it as event IDs, as another server tells it: it counts where events that it follows are not here. */
  readonly stateBefore?: readonly string[] | undefined;
  /** Whether the policy server of the room recommends it; left out where there is none. */
  readonly isRecommended?: RoomPorts["isRecommended"];
  /** Who sends it, where it is one of this server. */
  readonly origin?: EventOrigin | undefined;
  /** Whether the caller waits for {@link ReceivedEvent.stored}, so that what follows it need not. */
  readonly isEager?: boolean | undefined;
}

/** An event of the past, with the state before it as another server tells it, for where events that it follows are not here. */
export interface PastEvent {
  readonly pdu: NamedPdu;
  readonly stateBefore?: readonly string[] | undefined;
}

/** How often an event is received again since the room was reloaded meanwhile. */
const MAX_ATTEMPTS = 5;

/**
 * Takes events of other servers into rooms, in whatever order they come: works out the state before each from the events
 * that it follows, authorises it, and resolves the state of the room where its graph has forks. Format, signatures and
 * hashes are checked before.
 */
export class EventReceiver {
  readonly #rooms: Rooms;
  readonly #log: EventLog;
  readonly #timelines: Timelines;
  readonly #resolver: StateResolver;
  readonly #branches: BranchStates;
  readonly #selector: StateSelector;
  /** Those events that are appended and not stored yet, by number. */
  readonly #storing = new Map<number, Promise<void>>();
  /** The events of a room are received one after the other. */
  readonly #queue = new KeyedQueue<number>();

  /** @param parts - What else it works with: `resolver` also resolves for others. */
  constructor(rooms: Rooms, log: EventLog, { timelines, resolver }: { readonly timelines: Timelines; readonly resolver: StateResolver }) {
    this.#rooms = rooms;
    this.#log = log;
    this.#timelines = timelines;
    this.#resolver = resolver;
    this.#branches = new BranchStates(rooms, resolver);
    this.#selector = new StateSelector(rooms.core, rooms.events);
  }

  /**
   * Takes in an event that another server sent, also one that is stored since others have named it.
   *
   * @throws {RoomError} `MISSING_EVENTS`, if events that it names are not stored, or `UNSUPPORTED_ROOM_VERSION`.
   */
  receive(room: RoomHandle, pdu: NamedPdu, { stateBefore, isRecommended, origin, isEager }: ReceiveOptions = {}): Promise<ReceivedEvent> {
    return this.#queue.run(room.nid, async () => {
      const known = await this.#rooms.events.byId(pdu.eventId);
      if (known && hasState(known)) return this.known(known);
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const loaded = await this.#rooms.load(room);
        requireWritable(loaded);
        const before = await this.#branches.before(loaded, pdu, stateBefore);
        // What it follows is here where the state before it is worked out from that.
        const missing = stateBefore ? await this.#unknown(pdu) : [];
        // What somebody else says the state was, lacks nobody.
        const learned = missing.length > 0 ? [] : await learnedMembers(this.#rooms, loaded, pdu, before.state);
        const received = await this.#receive(loaded, pdu, { before, learned, isRecommended, origin, isEager, known, missing });
        if (received) return received;
      }
      throw new RoomError("OVERLOADED", "the room could not be written: try again in a second");
    });
  }

  /** What there is to say of an event that has come before: it may still be on its way into the store. */
  known(event: StoredEvent): ReceivedEvent {
    const stored = this.#storing.get(event.nid);
    return { outcome: "known", event, ...(stored && { stored }) };
  }

  /** Runs something while no event of a room is received. */
  alone<T>(room: RoomHandle, work: () => Promise<T>): Promise<T> {
    return this.#queue.run(room.nid, work);
  }

  /**
   * Takes in events that others name, so that they are at hand: they are in no timeline, and decide nothing by themselves.
   *
   * @param options - `areRejected`: they are not allowed, and neither is what they authorise.
   */
  receiveOutliers(
    room: RoomHandle,
    pdus: readonly NamedPdu[],
    { areRejected = false }: { readonly areRejected?: boolean } = {},
  ): Promise<void> {
    return this.#queue.run(room.nid, async () => {
      for await (const _some of shelveOutliers({ rooms: this.#rooms, log: this.#log, room }, pdus, { areRejected }));
    });
  }

  /**
   * Takes in events of the past, oldest first, each where its place in the graph is. What the rules reject, and what is known, gets no place.
   *
   * @param follower - The place of an event that they were sent before; that of the oldest one of the timeline if left out.
   * @returns How many got one.
   * @throws {RoomError} `MISSING_EVENTS`, if auth events or events of a state are not stored.
   */
  receivePast(room: RoomHandle, events: readonly PastEvent[], follower?: Place): Promise<number> {
    return this.#queue.run(room.nid, async () => {
      const loaded = await this.#rooms.load(room);
      const end = await this.#timelines.endOfPast(loaded, events.length, follower);
      let taken = 0;
      for (const [index, event] of events.entries())
        if (await this.#receivePast(loaded, event, placeInPast(end, events.length - index))) taken++;
      return taken;
    });
  }

  async #receivePast(room: LoadedRoom, { pdu, stateBefore }: PastEvent, place: Place): Promise<boolean> {
    const known = await this.#rooms.events.byId(pdu.eventId);
    if (hasState(known)) return false;
    const before = await this.#branches.before(room, pdu, stateBefore);
    const fetch = (keys: readonly StateKeyPair[]): Promise<FetchState> => this.#fetch(before.state, keys);
    const { outcome } = await this.#authorise(room, pdu, { stateBefore: (_event, keys) => fetch(keys), currentState: fetch });
    const first = [...before.operations, operation(deleteMissingEvent, pdu.eventId)];
    const redactions = outcome === "accepted" ? await receivedRedactions(this.#rooms, room, pdu) : {};
    if (known && outcome === "accepted") {
      const more = [...redactedOperations(known, redactions), ...(await this.#missing(room, pdu, known.nid))];
      await this.#log.place(room, known, { place, before, first: [...first, ...more] });
    }
    if (known) return outcome === "accepted";
    const at =
      outcome === "accepted"
        ? { place, status: eventStatus.accepted, afterNid: null }
        : { place: null, status: eventStatus.rejected, afterNid: null };
    const checked = await checkedEvent(this.#rooms, pdu, before);
    const missing = await this.#unknown(pdu);
    const shelved = this.#log.shelve(room, { ...checked, ...redactions }, at);
    await this.#log.commit(room, [shelved], { first: [...first, ...noteMissing(room, missing, shelved.event.nid)] });
    return outcome === "accepted";
  }

  async #missing(room: LoadedRoom, pdu: NamedPdu, nid: number): Promise<WriteOperation[]> {
    return noteMissing(room, await this.#unknown(pdu), nid);
  }

  /** The events before one that are not here. */
  async #unknown({ prevEvents }: NamedPdu): Promise<string[]> {
    const known = await this.#rooms.events.loadByIds(prevEvents);
    return prevEvents.filter((eventId) => !hasState(known.get(eventId)));
  }

  /** Takes in an event; `undefined` if the room was reloaded meanwhile. */
  async #receive(
    room: LoadedRoom,
    pdu: NamedPdu,
    {
      before: basis,
      learned,
      isRecommended,
      origin,
      isEager,
      known,
      missing,
    }: Pick<ReceiveOptions, "isRecommended" | "origin" | "isEager"> & {
      readonly before: BranchState;
      /** Memberships that were not known. */
      readonly learned: readonly LearnedMember[];
      readonly known: StoredEvent | undefined;
      readonly missing: readonly string[];
    },
  ): Promise<ReceivedEvent | undefined> {
    const taught = withLearned(this.#rooms, room, basis, learned);
    const before = { ...taught, operations: [...basis.operations, ...taught.operations] };
    const present = room.head.state.with(learned.flatMap(({ skeyNid, eventNid }) => newEntry(room.head.state, skeyNid, eventNid)));
    const verdict = await this.#authorise(room, pdu, {
      stateBefore: (_event, keys) => this.#fetch(before.state, keys),
      currentState: (keys) => this.#fetch(present, keys),
      isRecommended,
    });
    const checked = { ...(await checkedEvent(this.#rooms, pdu, before)), known, origin };
    const isFollowed = (await this.#rooms.core.store.get(followersOfMissing, pdu.eventId, room.nid)) !== undefined;
    const first = isFollowed ? [...before.operations, operation(deleteMissingEvent, pdu.eventId)] : before.operations;
    if (verdict.outcome === "accepted") {
      const redactions = await receivedRedactions(this.#rooms, room, pdu);
      const how = { first, prevEvents: pdu.prevEvents, missing, isFollowed, learned, basis };
      const appended = await this.#append(room, { ...checked, ...redactions }, how);
      if (!appended) return undefined;
      const { event, stored } = appended;
      // What is looked up in the store about those that come next has to be there.
      const isLookedUp =
        event.fields.stateKey !== undefined || first.length > 0 || missing.length > 0 || Object.values(redactions).some(Boolean);
      if (isEager && !isLookedUp) return { outcome: "accepted", event, stored };
      await stored;
      return { outcome: "accepted", event };
    }
    if (this.#rooms.peek(room) !== room) return undefined;
    const status = verdict.outcome === "rejected" ? eventStatus.rejected : eventStatus.softFailed;
    const event = await this.#putAside(room, checked, { status, first });
    return { outcome: verdict.outcome, event, reason: verdict.reason };
  }

  /** Stores an event that is shown to nobody. */
  async #putAside(
    room: LoadedRoom,
    checked: CheckedEvent,
    { status, first }: { readonly status: number; readonly first: readonly WriteOperation[] },
  ): Promise<StoredEvent> {
    const { known, before } = checked;
    if (known) {
      await this.#log.settle(room, known, { status, before, first });
      return (await this.#rooms.events.get(known.nid)) ?? known;
    }
    const shelved = this.#log.shelve(room, checked, { place: null, status, afterNid: null });
    await this.#log.commit(room, [shelved], { first });
    return shelved.event;
  }

  /** Appends an accepted event to the timeline. While it is worked out where that takes the room, nobody else moves it. */
  async #append(
    room: LoadedRoom,
    checked: CheckedEvent,
    {
      first,
      prevEvents,
      missing,
      isFollowed,
      learned,
      basis,
    }: {
      readonly first: readonly WriteOperation[];
      readonly prevEvents: readonly string[];
      readonly missing: readonly string[];
      /** Whether events that are here follow it. */
      readonly isFollowed: boolean;
      readonly learned: readonly LearnedMember[];
      /** The state before it, without what is learned. */
      readonly basis: GroupedState;
    },
  ): Promise<{ readonly event: StoredEvent; readonly stored: Promise<void> } | undefined> {
    const commit = (appended: AppendedEvent): { readonly event: StoredEvent; readonly stored: Promise<void> } => {
      const { event } = appended;
      const stored = this.#log.commit(room, [appended], { first: [...first, ...noteMissing(room, missing, event.nid)] });
      this.#storing.set(event.nid, stored);
      const end = (): void => void this.#storing.delete(event.nid);
      // Whoever waits for it hears of it.
      stored.then(end, end);
      return { event, stored };
    };
    const isAfterGap = missing.length > 0;
    if (!isFollowed && this.#rooms.peek(room) === room && followsStraight(room, { ...checked, before: basis }, prevEvents))
      return commit(
        this.#log.append(room, checked, { isAfterGap, ...(learned.length > 0 && { brought: { memberships: learned, openings: [] } }) }),
      );
    this.#rooms.hold(room);
    let settle = (): void => {};
    room.settling = new Promise((resolve) => (settle = resolve));
    try {
      const taught = teachRoom(this.#rooms, room, learned);
      const plan = isFollowed
        ? await planFollowed(this.#rooms, taught.room, { checked, prevEvents })
        : await planFork(this.#rooms, this.#resolver, taught.room, { checked, prevEvents });
      if (this.#rooms.peek(room) !== room) return undefined;
      const fork = (nid: number): ForkedMove => {
        const move = moveByPlan(this.#rooms, taught.room, plan, nid);
        return { ...move, operations: [...taught.operations, ...move.operations] };
      };
      return commit(this.#log.append(room, checked, { fork, brought: { memberships: taught.memberships, openings: [] }, isAfterGap }));
    } finally {
      room.settling = undefined;
      settle();
      this.#rooms.release(room);
    }
  }

  #authorise(
    room: LoadedRoom,
    pdu: NamedPdu,
    states: Pick<RoomPorts, "stateBefore" | "currentState" | "isRecommended">,
  ): ReturnType<typeof authoriseOnReceipt> {
    return authoriseOnReceipt(pdu, room.rules, { ...states, fetchEvents: (eventIds) => this.#fetchAuthEvents(eventIds) });
  }

  async #fetchAuthEvents(eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> {
    const found = await this.#rooms.events.loadByIds(eventIds);
    const missing = eventIds.filter((eventId) => !found.has(eventId));
    if (missing.length > 0) throw new RoomError("MISSING_EVENTS", `auth events are not known: ${missing.join(", ")}`, { missing });
    return new Map([...found].map(([eventId, event]) => [eventId, event.authEvent]));
  }

  async #fetch(state: RoomState, keys: readonly StateKeyPair[]): Promise<FetchState> {
    return (await this.#selector.load(state, keys)).fetch;
  }
}

function newEntry(state: RoomState, skeyNid: number, eventNid: number): StateChange[] {
  return state.get(skeyNid) === undefined ? [[skeyNid, eventNid]] : [];
}
