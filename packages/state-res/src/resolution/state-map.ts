/**
 * Room state: event type → state key → event ID.
 *
 * Two levels, because a joined key could collide: types and state keys may hold any character. Inner maps that states share by identity are
 * compared at no cost.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution}
 */
export type StateMap = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** A {@link StateMap} that is still being made. */
export type MutableStateMap = Map<string, Map<string, string>>;

/** What {@link toStateMap} reads of an event. */
export interface StateEventKey {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string | undefined;
}

/**
 * Makes a state of events: later ones replace earlier ones at the same key, and events that are not state are skipped.
 *
 * @example
 * toStateMap([create, aliceJoins]).get("m.room.member")?.get("@alice:example.org");
 */
export function toStateMap(events: Iterable<StateEventKey>): StateMap {
  const state: MutableStateMap = new Map();
  for (const event of events) addStateEvent(state, event);
  return state;
}

/** Puts an event into a state that is being made, in place of the one at its key; events that are not state change nothing. */
export function addStateEvent(state: MutableStateMap, { event_id: id, type, state_key: stateKey }: StateEventKey): void {
  if (stateKey !== undefined) setAt(state, type, stateKey, id);
}

/**
 * Makes the state after an event: a copy that shares all but the event's type with the state before, which stays as it is. The same
 * state where the event is none of state.
 *
 * @example
 * withStateEvent(before, bobJoins).get("m.room.member")?.get("@bob:example.org");
 */
export function withStateEvent(state: StateMap, { event_id: id, type, state_key: stateKey }: StateEventKey): StateMap {
  return stateKey === undefined ? state : new Map(state).set(type, new Map(state.get(type)).set(stateKey, id));
}

/** @internal Sets a value in a map of maps. */
export function setAt<T>(maps: Map<string, Map<string, T>>, type: string, stateKey: string, value: T): void {
  const inner = maps.get(type);
  if (inner === undefined) maps.set(type, new Map([[stateKey, value]]));
  else inner.set(stateKey, value);
}

/** One entry of a {@link StateMap}. */
export interface StateMapEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: string;
}

/**
 * Lists the entries of a state, type by type.
 *
 * @example
 * for (const { type, stateKey, eventId } of stateEntries(state)) console.log(type, stateKey, eventId);
 */
export function* stateEntries(state: StateMap): Generator<StateMapEntry, void, void> {
  for (const [type, inner] of state) for (const [stateKey, eventId] of inner) yield { type, stateKey, eventId };
}
