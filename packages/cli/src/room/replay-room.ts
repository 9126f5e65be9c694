import type { RoomVersionRules } from "@patrix/room-versions";
import {
  addStateEvent,
  type AuthEvent,
  type AuthOutcome,
  checkStateDependentAuth,
  checkStateIndependentAuth,
  type Explanation,
  resolveStateSync,
  type StateMap,
  StateResError,
  toStateMap,
} from "@patrix/state-res";
import { CliError } from "../errors.ts";
import type { RoomFile } from "./read-room.ts";
import { StatesAfter } from "./states-after.ts";

/** A room after all of its events. */
export interface ReplayedRoom {
  /** Each event in the order in which it was taken up, and what the authorization rules say about it. */
  readonly outcomes: readonly { readonly event: AuthEvent; readonly outcome: AuthOutcome }[];
  /** The state after the events that nothing follows. */
  readonly state: StateMap;
  readonly explanation?: Explanation | undefined;
}

/** Takes up the events one after the other, as a server does: each is checked against the resolved state before it. */
export function replayRoom(room: RoomFile, explain: boolean): ReplayedRoom {
  const { rules } = room;
  const events = new Map(room.events);
  const ordered = inOrder(room.events);
  const after = new StatesAfter(ordered);
  const outcomes: { event: AuthEvent; outcome: AuthOutcome }[] = [];
  for (const event of ordered) {
    const state = refusedAsRoom(() => after.takeBefore(event, (states) => resolveStateSync(states, { rules, events }).state));
    const outcome = refusedAsRoom(() => check(event, state, { rules, events }));
    outcomes.push({ event, outcome });
    if (outcome.outcome === "rejected") events.set(event.event_id, { ...event, rejected: true });
    else addStateEvent(state, event);
    after.set(event.event_id, state);
  }
  const states = room.stateMaps?.map((ids) => toStateMap(known(ids, events))) ?? after.atEnds();
  return { outcomes, ...refusedAsRoom(() => resolveStateSync(states, { rules, events, explain })) };
}

/** Resolves given states without checking the events one by one. */
export function resolveGivenStates(
  room: RoomFile,
  stateMaps: readonly (readonly string[])[],
  explain: boolean,
): Omit<ReplayedRoom, "outcomes"> {
  const states = stateMaps.map((ids) => toStateMap(known(ids, room.events)));
  return refusedAsRoom(() => resolveStateSync(states, { rules: room.rules, events: room.events, explain }));
}

interface Around {
  readonly rules: RoomVersionRules;
  readonly events: ReadonlyMap<string, AuthEvent>;
}

/** By the event's own auth events first, then by the state before it. */
function check(event: AuthEvent, before: StateMap, { rules, events }: Around): AuthOutcome {
  const first = checkStateIndependentAuth(event, rules, (id) => events.get(id));
  if (first.outcome === "rejected") return first;
  const auth = toStateMap([...known(event.auth_events, events), ...createOf(before, events)]);
  const find = (state: StateMap) => (type: string, key: string) => events.get(state.get(type)?.get(key) ?? "");
  const second = checkStateDependentAuth(event, rules, find(auth));
  return second.outcome === "rejected" ? second : checkStateDependentAuth(event, rules, find(before));
}

function createOf(state: StateMap, events: ReadonlyMap<string, AuthEvent>): AuthEvent[] {
  return known([state.get("m.room.create")?.get("") ?? ""].filter(Boolean), events);
}

function known(ids: Iterable<string>, events: ReadonlyMap<string, AuthEvent>): AuthEvent[] {
  return [...ids].map((id) => {
    const event = events.get(id);
    if (event === undefined) throw new CliError("INVALID_INPUT", `the event ${id} is referred to, but is not in the file`);
    return event;
  });
}

/** Events after those that they follow on or rest on; events that name others outside the file come as if they did not. */
function inOrder(events: ReadonlyMap<string, AuthEvent>): AuthEvent[] {
  const waiting = new Map<string, number>();
  const followers = new Map<string, AuthEvent[]>();
  for (const event of events.values()) {
    const before = [...new Set([...event.prev_events, ...event.auth_events])].filter((id) => events.has(id));
    waiting.set(event.event_id, before.length);
    for (const id of before) {
      const present = followers.get(id);
      if (present) present.push(event);
      else followers.set(id, [event]);
    }
  }
  const ready = [...events.values()].filter(({ event_id: id }) => waiting.get(id) === 0);
  for (const { event_id: id } of ready) {
    for (const follower of followers.get(id) ?? []) {
      const left = (waiting.get(follower.event_id) ?? 0) - 1;
      waiting.set(follower.event_id, left);
      // Growing the list while it is walked is the point: it is the queue.
      if (left === 0) ready.push(follower);
    }
  }
  if (ready.length < events.size) throw new CliError("INVALID_INPUT", "the prev_events and auth_events of the room form a cycle");
  return ready;
}

function refusedAsRoom<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof StateResError ? new CliError("INVALID_INPUT", `${error.message} [${error.code}]`, { cause: error }) : error;
  }
}
