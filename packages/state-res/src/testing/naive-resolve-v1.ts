import { sha1 } from "@noble/hashes/legacy.js";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { AuthEvent } from "../authorization/auth-event.ts";
import { checkStateDependentAuth } from "../authorization/check-auth.ts";
import type { StateMap } from "../resolution/state-map.ts";
import { flatten } from "./naive-resolve.ts";

type State = ReadonlyMap<string, string>;

/**
 * Resolves states by the algorithm of room version 1, one list of events at a time: the yardstick for the real thing in tests.
 *
 * @returns the resolved state as event IDs by `type|state key`.
 */
export function naiveResolveV1(
  stateMaps: readonly StateMap[],
  rules: RoomVersionRules,
  events: ReadonlyMap<string, AuthEvent>,
): Map<string, string> {
  const lists = new Map<string, AuthEvent[]>();
  for (const [key, id] of stateMaps.flatMap((state) => [...flatten(state)])) {
    const event = events.get(id);
    if (event === undefined) throw new RangeError(`no event ${id}`);
    const list = lists.get(key) ?? [];
    if (!list.includes(event)) list.push(event);
    lists.set(key, list.toSorted(olderFirst));
  }
  const isAllowed = (event: AuthEvent, state: State): boolean =>
    checkStateDependentAuth(event, rules, (type, key) => events.get(state.get(`${type}|${key}`) ?? "")).outcome === "allowed";
  const resolved = new Map<string, string>();
  for (const [key, [first, second]] of lists) if (first !== undefined && second === undefined) resolved.set(key, first.event_id);
  for (const pass of ["m.room.power_levels", "m.room.join_rules", "m.room.member", undefined]) {
    const before = new Map(resolved);
    for (const [key, list] of lists) {
      const [oldest] = list;
      const isOfPass = pass === undefined ? !before.has(key) : oldest?.type === pass && list.length > 1;
      if (oldest === undefined || !isOfPass) continue;
      const chosen = pass === undefined ? list.findLast((event) => isAllowed(event, before)) : undefined;
      let last = chosen ?? oldest;
      const rest = pass === undefined ? [] : list.slice(1);
      for (const event of rest) {
        if (!isAllowed(event, new Map(before).set(key, last.event_id))) break;
        last = event;
      }
      resolved.set(key, last.event_id);
    }
  }
  return resolved;
}

function olderFirst(a: AuthEvent, b: AuthEvent): number {
  const depths = (a.depth ?? 0) - (b.depth ?? 0);
  return depths === 0 ? (hashOf(a) < hashOf(b) ? 1 : -1) : depths;
}

function hashOf({ event_id: id }: AuthEvent): string {
  return Array.from(sha1(new TextEncoder().encode(id)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
