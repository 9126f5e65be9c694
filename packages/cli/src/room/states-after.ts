import type { AuthEvent, MutableStateMap, StateMap } from "@patrix/state-res";

/**
 * The states after events, each kept only until the last event that follows has used it and then handed over instead of copied: a room
 * without forks has one state, however many events it has.
 */
export class StatesAfter {
  readonly #states = new Map<string, MutableStateMap>();
  readonly #followers = new Map<string, number>();

  /** @param events in the order in which they are going to be taken up. */
  constructor(events: Iterable<AuthEvent>) {
    for (const event of events) {
      for (const id of new Set(event.prev_events)) this.#followers.set(id, (this.#followers.get(id) ?? 0) + 1);
    }
  }

  /** The state before an event, the caller's to change; `resolve` is asked where several events come before it. */
  takeBefore(event: AuthEvent, resolve: (states: readonly StateMap[]) => StateMap): MutableStateMap {
    const taken = [...new Set(event.prev_events)].flatMap((id) => this.#take(id) ?? []);
    const [only] = taken;
    if (taken.length > 1) return copy(resolve(taken.map(({ state }) => state)));
    if (only === undefined) return new Map();
    return only.isLast ? only.state : copy(only.state);
  }

  /** Keeps the state after an event. */
  set(eventId: string, state: MutableStateMap): void {
    this.#states.set(eventId, state);
  }

  /** The states after the events that nothing follows. */
  atEnds(): StateMap[] {
    return [...this.#states].filter(([id]) => !this.#followers.has(id)).map(([, state]) => state);
  }

  #take(id: string): { readonly state: MutableStateMap; readonly isLast: boolean } | undefined {
    const state = this.#states.get(id);
    const left = (this.#followers.get(id) ?? 0) - 1;
    this.#followers.set(id, left);
    if (left === 0) this.#states.delete(id);
    return state && { state, isLast: left === 0 };
  }
}

function copy(state: StateMap): MutableStateMap {
  return new Map(Array.from(state, ([type, inner]) => [type, new Map(inner)]));
}
