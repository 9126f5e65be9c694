import { setAt, type StateMapEntry, type StateMap } from "./state-map.ts";

/** @internal What states agree on, and what each has besides. */
export interface Partition {
  /** Where each of the states that differ stands among those that were given. */
  readonly indices: readonly number[];
  readonly unconflicted: StateMap;
  /** The entries of each state that are not in `unconflicted`. */
  readonly conflicted: readonly (readonly StateMapEntry[])[];
}

/** @internal Divides states into the unconflicted state map and the conflicted state set: a key is unconflicted if every state has the same event there. */
export function partition(stateMaps: readonly StateMap[]): Partition {
  const distinct = [...new Set(stateMaps)];
  const [first, ...others] = distinct;
  if (first === undefined) return { indices: [], unconflicted: new Map(), conflicted: [] };
  const unconflicted = new Map<string, ReadonlyMap<string, string>>();
  for (const [type, inner] of first) {
    const inners = others.map((state) => state.get(type));
    const agreed = inners.every((other) => other === inner) ? inner : agreedOf(inner, inners);
    if (agreed.size > 0) unconflicted.set(type, agreed);
  }
  const indices = distinct.map((state) => stateMaps.indexOf(state));
  return { indices, unconflicted, conflicted: [first, ...others].map((state) => entriesBeyond(state, unconflicted)) };
}

function agreedOf(inner: ReadonlyMap<string, string>, others: readonly (ReadonlyMap<string, string> | undefined)[]): Map<string, string> {
  const agreed = new Map<string, string>();
  for (const [stateKey, eventId] of inner) {
    if (others.every((other) => other?.get(stateKey) === eventId)) agreed.set(stateKey, eventId);
  }
  return agreed;
}

function entriesBeyond(state: StateMap, unconflicted: StateMap): StateMapEntry[] {
  const entries: StateMapEntry[] = [];
  for (const [type, inner] of state) {
    const agreed = unconflicted.get(type);
    if (agreed === inner || (agreed !== undefined && agreed.size === inner.size)) continue;
    for (const [stateKey, eventId] of inner) {
      if (agreed?.has(stateKey) !== true) entries.push({ type, stateKey, eventId });
    }
  }
  return entries;
}

/** @internal The union of states, except for keys at which two of them have different events (how room version 1 divides states). */
export function partitionByConflict(stateMaps: readonly StateMap[]): { agreed: StateMap; conflicts: readonly Conflict[] } {
  const all = new Map<string, Map<string, Set<string>>>();
  for (const state of new Set(stateMaps)) {
    for (const [type, inner] of state) {
      for (const [stateKey, eventId] of inner) {
        const ids = all.get(type)?.get(stateKey);
        if (ids === undefined) setAt(all, type, stateKey, new Set([eventId]));
        else ids.add(eventId);
      }
    }
  }
  const agreed = new Map<string, Map<string, string>>();
  const conflicts: Conflict[] = [];
  for (const [type, inner] of all) {
    for (const [stateKey, ids] of inner) {
      const [only, second] = ids;
      if (only !== undefined && second === undefined) setAt(agreed, type, stateKey, only);
      else conflicts.push({ type, stateKey, eventIds: [...ids] });
    }
  }
  return { agreed, conflicts };
}

/** @internal A key at which states have different events. */
export interface Conflict {
  readonly type: string;
  readonly stateKey: string;
  readonly eventIds: readonly string[];
}
