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
  const unconflicted = new Map<string, ReadonlyMap<string, string>>();
  const conflicted = distinct.map((): StateMapEntry[] => []);
  for (const type of new Set(distinct.flatMap((state) => [...state.keys()]))) {
    const agreed = divideType(
      type,
      distinct.map((state) => state.get(type) ?? nothing),
      conflicted,
    );
    if (agreed.size > 0) unconflicted.set(type, agreed);
  }
  return { indices: distinct.map((state) => stateMaps.indexOf(state)), unconflicted, conflicted };
}

const nothing: ReadonlyMap<string, string> = new Map();

/**
 * Divides what states have of one type: adds what they do not agree on to the entries of each, and returns the rest.
 *
 * Rooms have many members, on most of whom states agree: the first state is gone through, and the others only as far as they have more keys.
 */
function divideType(
  type: string,
  inners: readonly ReadonlyMap<string, string>[],
  conflicted: readonly StateMapEntry[][],
): ReadonlyMap<string, string> {
  const [first = nothing, ...others] = inners;
  if (others.every((other) => other === first)) return first;
  const differing = new Set<string>();
  for (const other of others) addDiffering(first, other, differing);
  for (const [state, inner] of inners.entries()) {
    for (const stateKey of differing) {
      const eventId = inner.get(stateKey);
      if (eventId !== undefined) conflicted[state]?.push({ type, stateKey, eventId });
    }
  }
  const agreed = new Map(first);
  for (const stateKey of differing) agreed.delete(stateKey);
  return agreed;
}

/** Adds the keys at which two maps differ. */
function addDiffering(first: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>, differing: Set<string>): void {
  let missing = 0;
  first.forEach((eventId, stateKey) => {
    const otherId = other.get(stateKey);
    if (otherId === eventId) return;
    differing.add(stateKey);
    if (otherId === undefined) missing += 1;
  });
  if (other.size === first.size - missing) return;
  for (const stateKey of other.keys()) if (!first.has(stateKey)) differing.add(stateKey);
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
