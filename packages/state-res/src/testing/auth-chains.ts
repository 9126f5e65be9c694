import type { AuthEvent } from "../authorization/auth-event.ts";
import { type StateMap, stateEntries } from "../resolution/state-map.ts";

type Events = ReadonlyMap<string, AuthEvent>;

/** @internal The auth chain of a state: everything that its events come from by `auth_events`. */
export function authChainOf(state: StateMap, events: Events): Set<string> {
  const chain = new Set<string>();
  const pending = Array.from(stateEntries(state), ({ eventId }) => eventId);
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    for (const parent of events.get(id)?.auth_events ?? []) {
      if (chain.has(parent)) continue;
      chain.add(parent);
      pending.push(parent);
    }
  }
  return chain;
}

/** @internal The conflicted state subgraph, found in both directions: what comes from a conflicted event and leads to one. */
export function conflictedSubgraphOf(states: readonly StateMap[], events: Events): Set<string> {
  const entries = states.map((state) => Array.from(stateEntries(state)));
  const conflicted = new Set(
    entries
      .flat()
      .flatMap(({ type, stateKey, eventId }) => (states.every((state) => state.get(type)?.get(stateKey) === eventId) ? [] : eventId)),
  );
  const below = new Set(conflicted);
  const children = new Map<string, string[]>();
  const walk = (from: Iterable<string>, seen: Set<string>, next: (id: string) => readonly string[]): void => {
    const pending = [...from];
    for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
      for (const other of next(id)) {
        if (seen.has(other)) continue;
        seen.add(other);
        pending.push(other);
      }
    }
  };
  walk(conflicted, below, (id) => events.get(id)?.auth_events ?? []);
  for (const id of below) {
    for (const parent of events.get(id)?.auth_events ?? []) {
      const known = children.get(parent);
      if (known === undefined) children.set(parent, [id]);
      else known.push(id);
    }
  }
  const above = new Set(conflicted);
  walk(conflicted, above, (id) => children.get(id) ?? []);
  return new Set([...below].filter((id) => above.has(id)));
}
