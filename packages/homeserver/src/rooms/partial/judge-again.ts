import { authoriseOnReceipt } from "@patrix/federation";
import { fromFederation } from "@patrix/signatures";
import { type AuthEvent, type FetchState, type StateKeyPair, toAuthEvent } from "@patrix/state-res";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { judgeAgain } from "../../store/statements/partial-rooms.ts";
import { turnIfDue } from "../../turns.ts";
import { eventIn } from "../read/state-event.ts";
import type { BranchState, BranchStates } from "../receive/branch-states.ts";
import { checkedEvent } from "../receive/checked-event.ts";
import { followsStraight, moveByPlan, planFollowed, planFork } from "../receive/fork.ts";
import type { GroupedState, LoadedRoom, RoomHead } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { StateResolver } from "../state/resolve.ts";
import type { RoomState } from "../state/room-state.ts";
import { StateSelector } from "../state/selected-state.ts";
import { placeAfter } from "../timeline/place.ts";
import { eventStatus, hasState, StoredEvent } from "../timeline/stored-event.ts";
import type { CheckedEvent } from "../write/event-log.ts";

/** What events are judged with. */
export interface JudgingParts {
  readonly rooms: Rooms;
  readonly resolver: StateResolver;
  readonly branches: BranchStates;
}

/** What became of events that were judged again. */
export interface JudgedAgain {
  /** The graph of the room with all of them. */
  readonly head: RoomHead;
  /** The numbers of all of them. */
  readonly judged: readonly number[];
  /** Stores the new rows, and the state groups that they name. */
  readonly operations: readonly WriteOperation[];
  /** Those that are no longer shown. */
  readonly gone: readonly StoredEvent[];
  /** Those that are shown from now on. */
  readonly come: readonly StoredEvent[];
}

interface Verdict {
  readonly event: StoredEvent;
  readonly status: number;
  /** The state after it, on its own branch. */
  readonly after: GroupedState;
}

/**
 * Judges the events of a room again, in the order in which they came, from another state before the first of them: the same checks as when
 * they were received, over states that are worked out anew. Nothing is stored.
 *
 * @param events - All that came since the first, whatever became of them.
 * @param before - The state before the first.
 */
export async function judgeEventsAgain(
  parts: JudgingParts,
  room: LoadedRoom,
  events: AsyncIterable<StoredEvent>,
  before: GroupedState,
): Promise<JudgedAgain> {
  const judge = new Judge(parts, room, before);
  for await (const event of events) {
    const turn = turnIfDue();
    if (turn) await turn;
    await judge.take(event);
  }
  return judge.result();
}

class Judge {
  readonly #parts: JudgingParts;
  readonly #selector: StateSelector;
  /** The room as it would be by now. */
  readonly #room: { -readonly [Key in keyof LoadedRoom]: LoadedRoom[Key] };
  readonly #first: GroupedState;
  readonly #verdicts = new Map<string, Verdict>();
  /** What was judged names these as events before it. */
  readonly #followed = new Set<string>();
  readonly #operations: WriteOperation[] = [];
  readonly #gone: StoredEvent[] = [];
  readonly #come: StoredEvent[] = [];
  /** Whether the event that is being judged does not follow straight from the room. */
  #isForked = false;

  constructor(parts: JudgingParts, room: LoadedRoom, before: GroupedState) {
    this.#parts = parts;
    this.#selector = new StateSelector(parts.rooms.core, parts.rooms.events);
    this.#room = { ...room, head: { ...room.head, ...before, tips: [] } };
    this.#first = before;
  }

  result(): JudgedAgain {
    return {
      judged: [...this.#verdicts.values()].map(({ event }) => event.nid),
      head: this.#room.head,
      operations: this.#operations,
      gone: this.#gone,
      come: this.#come,
    };
  }

  async take(event: StoredEvent): Promise<void> {
    const { rooms } = this.#parts;
    const { prev_events: prevEvents } = event.authEvent;
    const before = this.#verdicts.size === 0 ? this.#first : await this.#before(event, prevEvents);
    const status = await this.#statusOf(event, before.state);
    const checked = await checkedEvent(rooms, event, before);
    const isAccepted = status === eventStatus.accepted;
    const { skeyNid } = checked.numbers;
    if (isAccepted) await this.#move(event, checked, prevEvents);
    const place = isAccepted ? (event.fields.place ?? placeAfter(event.nid)) : null;
    if (place !== null) this.#room.head = { ...this.#room.head, end: place };
    const own = isAccepted || status === eventStatus.softFailed ? this.#after(event, before, skeyNid) : before;
    this.#verdicts.set(event.eventId, { event, status, after: own });
    for (const eventId of prevEvents) this.#followed.add(eventId);
    const wasShown = event.fields.place !== null;
    if (wasShown && !isAccepted) this.#gone.push(event);
    if (!wasShown && isAccepted) this.#come.push(event);
    const replaced = skeyNid === undefined ? undefined : before.state.get(skeyNid);
    this.#operations.push(
      operation(
        judgeAgain,
        event.nid,
        place,
        before.stateNid,
        isAccepted ? this.#room.head.stateNid : null,
        Number(isAccepted && this.#isForked),
        replaced === undefined || replaced === event.nid ? null : replaced,
        status,
      ),
    );
  }

  /** Takes the room to where an accepted event takes it. */
  async #move(event: StoredEvent, checked: CheckedEvent, prevEvents: readonly string[]): Promise<void> {
    const { rooms, resolver } = this.#parts;
    const room = this.#room;
    const isFollowed = this.#followed.has(event.eventId);
    this.#isForked = isFollowed || (room.head.tips.length > 0 && !followsStraight(room, checked, prevEvents));
    // The first one may not follow what was here of the room before.
    if (room.head.tips.length === 0) this.#isForked = event.fields.isForked;
    if (room.head.tips.length === 0 || !this.#isForked) {
      const after = this.#after(event, checked.before, checked.numbers.skeyNid);
      room.head = { ...room.head, ...after, tips: [{ nid: event.nid, eventId: event.eventId, ...after }] };
      return;
    }
    const earlier = isFollowed ? { ...checked, known: await this.#earlierRow(room.head.state, checked, event) } : checked;
    const plan = isFollowed
      ? await planFollowed(rooms, room, { checked: earlier, prevEvents })
      : await planFork(rooms, resolver, room, { checked, prevEvents });
    const { tips, stateNid, state, operations } = moveByPlan(rooms, room, plan, event.nid);
    this.#operations.push(...operations);
    room.head = { ...room.head, tips, stateNid, state };
  }

  /** The event as a state names it by the number that it had before it came. */
  async #earlierRow(state: RoomState, { numbers }: CheckedEvent, event: StoredEvent): Promise<StoredEvent | undefined> {
    const nid = numbers.skeyNid === undefined ? undefined : state.get(numbers.skeyNid);
    const named = nid === undefined ? undefined : await this.#parts.rooms.events.get(nid);
    if (nid === undefined || named?.eventId !== event.eventId) return undefined;
    return new StoredEvent({ ...named.fields, nid }, named.rules, named.pdu);
  }

  #after(event: StoredEvent, before: GroupedState, skeyNid: number | undefined): GroupedState {
    if (skeyNid === undefined || before.state.get(skeyNid) === event.nid) return { stateNid: before.stateNid, state: before.state };
    const { stateNid, state, operation: stored } = this.#parts.rooms.stateGroups.create(this.#room, before, [[skeyNid, event.nid]]);
    this.#operations.push(stored);
    return { stateNid, state };
  }

  /** The state before an event, from those before it; as it was handed over where they are not here, or came later. */
  async #before(event: StoredEvent, prevEvents: readonly string[]): Promise<GroupedState> {
    const { rooms, branches } = this.#parts;
    const known = await rooms.events.loadByIds(prevEvents);
    const states: BranchState[] = [];
    for (const eventId of prevEvents) {
      const verdict = this.#verdicts.get(eventId);
      const stored = known.get(eventId);
      if (verdict) states.push({ ...verdict.after, operations: [] });
      else if (stored && hasState(stored) && stored.nid < event.nid && stored.fields.place !== null)
        states.push(await branches.after(this.#room, stored));
      else return { stateNid: event.fields.stateNid, state: await rooms.stateGroups.load(event.fields.stateNid) };
    }
    const joined = await branches.join(this.#room, states);
    this.#operations.push(...joined.operations);
    return joined;
  }

  async #statusOf(event: StoredEvent, before: RoomState): Promise<number> {
    const { rules } = this.#room;
    const pdu = fromFederation(event.pdu, rules);
    const { outcome } = await authoriseOnReceipt(pdu, rules, {
      fetchEvents: (eventIds) => this.#authEvents(eventIds),
      stateBefore: (_event, keys) => this.#fetch(before, keys),
      currentState: (keys) => this.#fetch(this.#verdicts.size === 0 ? before : this.#room.head.state, keys),
    });
    if (outcome === "rejected") return eventStatus.rejected;
    if (outcome === "soft-failed") return eventStatus.softFailed;
    // What a policy server has not recommended is not shown to it again.
    const isPoliced = event.fields.status === eventStatus.softFailed && (await eventIn(this.#parts.rooms, before, "m.room.policy"));
    return isPoliced ? eventStatus.softFailed : eventStatus.accepted;
  }

  /** Events that authorise others, as they are judged now. */
  async #authEvents(eventIds: readonly string[]): Promise<ReadonlyMap<string, AuthEvent>> {
    const found = await this.#parts.rooms.events.loadByIds(eventIds);
    return new Map(
      [...found].map(([eventId, event]) => {
        const verdict = this.#verdicts.get(eventId);
        return [eventId, verdict ? toAuthEvent(event, verdict.status === eventStatus.rejected) : event.authEvent];
      }),
    );
  }

  async #fetch(state: RoomState, keys: readonly StateKeyPair[]): Promise<FetchState> {
    return (await this.#selector.load(state, keys)).fetch;
  }
}
