/**
 * Room state: event type → state key → event ID.
 *
 * Two levels, because a joined key could collide: types and state keys may hold any character. Inner maps that states share by identity are
 * compared at no cost.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#room-state-resolution}
 */
export type StateMap = ReadonlyMap<string, ReadonlyMap<string, string>>;

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
  const state = new Map<string, Map<string, string>>();
  for (const { event_id: id, type, state_key: stateKey } of events) {
    if (stateKey !== undefined) setAt(state, type, stateKey, id);
  }
  return state;
}

/** @internal Sets a value in a map of maps. */
export function setAt<T>(maps: Map<string, Map<string, T>>, type: string, stateKey: string, value: T): void {
  const inner = maps.get(type);
  if (inner === undefined) maps.set(type, new Map([[stateKey, value]]));
  else inner.set(stateKey, value);
}

/** @internal One entry of a {@link StateMap}. */
export interface StateEntry {
  readonly type: string;
  readonly stateKey: string;
  readonly eventId: string;
}

/** @internal Lists the entries of a state. */
export function* stateEntries(state: StateMap): Generator<StateEntry, void, void> {
  for (const [type, inner] of state) for (const [stateKey, eventId] of inner) yield { type, stateKey, eventId };
}
