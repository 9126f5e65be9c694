import { type AuthorizationRules, DEFAULT_POWER_LEVELS, readLevel } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import { isObject, member } from "../raw-content.ts";

/** @internal A level that an `m.room.power_levels` event adds, changes or removes. */
export interface LevelChange {
  readonly key: string;
  /** Whether the room has the level; `current` means nothing otherwise. */
  readonly isHeld: boolean;
  readonly current: number;
  /** Whether the event has the level; `next` means nothing otherwise. */
  readonly isGiven: boolean;
  readonly next: number;
}

/** @internal The property that maps keys to levels, or the levels that stand in the content itself. */
export type LevelsName = "defaults" | "events" | "notifications" | "users";

/** @internal The levels that stand in the content itself. */
export const defaultNames: readonly string[] = Object.keys(DEFAULT_POWER_LEVELS);

/** @internal The levels that change from one content of `m.room.power_levels` to the next. */
export function levelChanges(current: unknown, next: unknown, name: LevelsName, rules: AuthorizationRules): readonly LevelChange[] {
  const changes: LevelChange[] = [];
  const held = objectIn(current, name);
  const given = objectIn(next, name);
  const heldKeys = name === "defaults" ? defaultNames : Object.keys(held);
  for (const key of heldKeys) addChange(changes, held, given, key, rules);
  if (name === "defaults") return changes;
  for (const key of Object.keys(given)) if (!Object.hasOwn(held, key)) addChange(changes, held, given, key, rules);
  return changes;
}

const nothing: JsonObject = {};

function objectIn(content: unknown, name: LevelsName): JsonObject {
  const value = name === "defaults" ? content : member(content, name);
  return isObject(value) ? value : nothing;
}

function addChange(changes: LevelChange[], held: JsonObject, given: JsonObject, key: string, rules: AuthorizationRules): void {
  // A level that is null counts as absent, where the room version lets it in at all.
  const heldValue = Object.hasOwn(held, key) ? (held[key] ?? undefined) : undefined;
  const givenValue = Object.hasOwn(given, key) ? (given[key] ?? undefined) : undefined;
  if (heldValue === givenValue) return;
  const isHeld = heldValue !== undefined;
  const isGiven = givenValue !== undefined;
  const current = readLevel(heldValue, rules);
  const next = readLevel(givenValue, rules);
  if (isHeld && isGiven && current === next) return;
  changes.push({ key, isHeld, current, isGiven, next });
}
