import { KeyedQueue } from "@patrix/concurrency";
import { authoriseOnReceipt, type RoomPorts } from "@patrix/federation";
import type { NamedPdu } from "@patrix/signatures";
import type { AuthEvent, FetchState, StateKeyPair } from "@patrix/state-res";
import { RoomError } from "../errors.ts";
import { type LoadedRoom, requireWritable, type RoomHandle } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { StateResolver } from "../state/resolve.ts";
import type { RoomState } from "../state/room-state.ts";
import { StateSelector } from "../state/selected-state.ts";
import { placeInHistory } from "../timeline/place.ts";
import { eventStatus, type StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { CheckedEvent, EventLog } from "../write/event-log.ts";
import { type BranchState, BranchStates } from "./branch-states.ts";
import { checkedEvent, unknownState } from "./checked-event.ts";
import { receivedRedaction } from "./received-redaction.ts";
import { followsStraight, moveByPlan, planFork } from "./fork.ts";

/** What became of a received event. */
export interface ReceivedEvent {
  readonly outcome: "accepted" | "soft-failed" | "rejected" | "known";
  readonly event: StoredEvent;
  /** Why it was not accepted. */
  readonly reason?: string;
}

/** An event that was sent before the timeline begins, with the state before it as event IDs. */
export interface HistoricEvent {
  readonly pdu: NamedPdu;
  readonly stateBefore: readonly string[];
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
  /** The events of a room are received one after the other. */
  readonly #queue = new KeyedQueue<number>();

  constructor(rooms: Rooms, log: EventLog, timelines: Timelines) {
    this.#rooms = rooms;
    this.#log = log;
    this.#timelines = timelines;
    this.#resolver = new StateResolver(rooms.core, rooms.events);
    this.#branches = new BranchStates(rooms, this.#resolver);
    this.#selector = new StateSelector(rooms.core, rooms.events);
  }

  /**
   * Takes in an event that another server sent.
   *
   * @throws {RoomError} `MISSING_EVENTS`, if events that it names are not stored, or `UNSUPPORTED_ROOM_VERSION`.
   */
  receive(room: RoomHandle, pdu: NamedPdu): Promise<ReceivedEvent> {
    return this.#queue.run(room.nid, async () => {
      const known = await this.#rooms.events.byId(pdu.eventId);
      if (known) return { outcome: "known", event: known };
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const loaded = await this.#rooms.load(room);
        requireWritable(loaded);
        const received = await this.#receive(loaded, pdu);
        if (received) return received;
      }
      throw new RoomError("OVERLOADED", "the room could not be written: try again in a second");
    });
  }

  /**
   * Takes in events that were sent before the oldest one of the timeline, newest first. They get places before it and
   * change nothing of the present. What the rules reject, and what is known, is left out.
   *
   * @returns The IDs of those that were taken in.
   * @throws {RoomError} `MISSING_EVENTS`, if auth events or events of the state are not stored.
   */
  receiveHistory(room: RoomHandle, events: readonly HistoricEvent[]): Promise<string[]> {
    return this.#queue.run(room.nid, async () => {
      const taken: string[] = [];
      for (const event of events) if (await this.#receiveHistoric(await this.#rooms.load(room), event)) taken.push(event.pdu.eventId);
      return taken;
    });
  }

  /** Takes in events that others name, so that they are at hand: they are in no timeline, and decide nothing by themselves. */
  receiveOutliers(room: RoomHandle, pdus: readonly NamedPdu[]): Promise<void> {
    return this.#queue.run(room.nid, async () => {
      const loaded = await this.#rooms.load(room);
      const known = await this.#rooms.events.loadByIds(pdus.map(({ eventId }) => eventId));
      const unknown = pdus.filter(({ eventId }) => !known.has(eventId));
      const checked = await Promise.all(unknown.map((pdu) => checkedEvent(this.#rooms, pdu, unknownState)));
      const shelved = checked.map((event) => this.#log.shelve(loaded, event, { place: null, status: eventStatus.outlier, afterNid: null }));
      await this.#log.commit(loaded, shelved);
    });
  }

  async #receiveHistoric(room: LoadedRoom, { pdu, stateBefore }: HistoricEvent): Promise<boolean> {
    const known = await this.#rooms.events.byId(pdu.eventId);
    if (known && known.fields.status !== eventStatus.outlier) return false;
    const before = await this.#branches.fromEvents(room, stateBefore);
    const fetch = (keys: readonly StateKeyPair[]): Promise<FetchState> => this.#fetch(before.state, keys);
    const { outcome } = await this.#authorise(room, pdu, { stateBefore: (_event, keys) => fetch(keys), currentState: fetch });
    if (outcome !== "accepted") return false;
    const place = placeInHistory(await this.#timelines.oldestPlace(room));
    if (known) await this.#log.place(room, known, { place, before, first: before.operations });
    else {
      const at = { place, status: eventStatus.accepted, afterNid: null };
      const shelved = this.#log.shelve(room, await checkedEvent(this.#rooms, pdu, before), at);
      await this.#log.commit(room, [shelved], { first: before.operations });
    }
    return true;
  }

  /** Takes in an event; `undefined` if the room was reloaded meanwhile. */
  async #receive(room: LoadedRoom, pdu: NamedPdu): Promise<ReceivedEvent | undefined> {
    const before = await this.#branches.before(room, pdu);
    const verdict = await this.#authorise(room, pdu, {
      stateBefore: (_event, keys) => this.#fetch(before.state, keys),
      currentState: (keys) => this.#fetch(room.head.state, keys),
    });
    const checked = await checkedEvent(this.#rooms, pdu, before);
    if (verdict.outcome === "accepted") {
      const redaction = await receivedRedaction(this.#rooms, room, pdu);
      const event = await this.#append(room, { ...checked, redaction }, { before, prevEvents: pdu.prevEvents });
      return event && { outcome: "accepted", event };
    }
    if (!this.#rooms.isCurrent(room)) return undefined;
    const status = verdict.outcome === "rejected" ? eventStatus.rejected : eventStatus.softFailed;
    const shelved = this.#log.shelve(room, checked, { place: null, status, afterNid: null });
    await this.#log.commit(room, [shelved], { first: before.operations });
    return { outcome: verdict.outcome, event: shelved.event, reason: verdict.reason };
  }

  /** Appends an accepted event to the timeline. While it is worked out where that takes the room, nobody else moves it. */
  async #append(
    room: LoadedRoom,
    checked: CheckedEvent,
    { before, prevEvents }: { readonly before: BranchState; readonly prevEvents: readonly string[] },
  ): Promise<StoredEvent | undefined> {
    const first = before.operations;
    if (this.#rooms.isCurrent(room) && followsStraight(room, checked, prevEvents)) {
      const appended = this.#log.append(room, checked);
      await this.#log.commit(room, [appended], { first });
      return appended.event;
    }
    this.#rooms.hold(room);
    let settle = (): void => {};
    room.settling = new Promise((resolve) => (settle = resolve));
    let committed: Promise<StoredEvent> | undefined;
    try {
      const plan = await planFork(this.#rooms, this.#resolver, room, { checked, prevEvents });
      if (!this.#rooms.isCurrent(room)) return undefined;
      const appended = this.#log.append(room, checked, { fork: (nid) => moveByPlan(this.#rooms, room, plan, nid) });
      committed = this.#log.commit(room, [appended], { first }).then(() => appended.event);
    } finally {
      room.settling = undefined;
      settle();
      this.#rooms.release(room);
    }
    return committed;
  }

  #authorise(
    room: LoadedRoom,
    pdu: NamedPdu,
    states: Pick<RoomPorts, "stateBefore" | "currentState">,
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
