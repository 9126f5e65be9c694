import { readLevel } from "@patrix/room-versions";
import type { AuthCheck } from "../auth-check.ts";
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

/**
 * @internal Whether some changed level passes a test.
 *
 * @param where - the property that maps keys to levels, or the names of properties of the content itself.
 */
export function someChangedLevel(check: AuthCheck, where: string | readonly string[], test: (change: LevelChange) => boolean): boolean {
  const current: unknown = check.powerLevelsEvent?.content;
  const next: unknown = check.event.content;
  if (typeof where !== "string") return where.some((key) => passes(check, current, next, key, test));
  const held = member(current, where);
  const given = member(next, where);
  const heldKeys = isObject(held) ? Object.keys(held) : [];
  const addedKeys = isObject(given) ? Object.keys(given).filter((key) => member(held, key) === undefined) : [];
  return heldKeys.some((key) => passes(check, held, given, key, test)) || addedKeys.some((key) => passes(check, held, given, key, test));
}

function passes(check: AuthCheck, held: unknown, given: unknown, key: string, test: (change: LevelChange) => boolean): boolean {
  // A level that is null counts as absent, where the room version lets it in at all.
  const heldValue = member(held, key) ?? undefined;
  const givenValue = member(given, key) ?? undefined;
  if (heldValue === givenValue) return false;
  const isHeld = heldValue !== undefined;
  const isGiven = givenValue !== undefined;
  const current = readLevel(heldValue, check.rules.authorization);
  const next = readLevel(givenValue, check.rules.authorization);
  if (isHeld && isGiven && current === next) return false;
  return test({ key, isHeld, current, isGiven, next });
}
