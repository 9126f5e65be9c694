import { isJsonObject, type JsonObject } from "@patrix/api";
import { isUserId } from "@patrix/identifiers";
import { DEFAULT_POWER_LEVELS, PowerLevels, type PowerLevelName, type RoomVersionRules } from "@patrix/room-versions";

/** What the levels of a room are read from. */
export interface LevelledRoom {
  /** The content of its `m.room.power_levels`; `undefined` where it has none. */
  readonly content: JsonObject | undefined;
  readonly levels: PowerLevels;
  readonly rules: RoomVersionRules;
}

/** Those who make the new room, and its version. */
export interface NewCreators {
  readonly rules: RoomVersionRules;
  readonly creators: ReadonlySet<string>;
}

/** The least level of a creator who loses the privilege of one. */
const CREATOR_LEVEL = 100;

/**
 * The power levels of a room that replaces another: the same, as its version writes them. Where creators are privileged they are not
 * listed, and where they are so no longer, those of the old room get a level that suffices for everything.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-upgrades}
 */
export function upgradedPowerLevels({ content = {}, levels, rules }: LevelledRoom, next: NewCreators): JsonObject {
  const { explicitlyPrivilegeRoomCreators: wasPrivileged } = rules.authorization;
  const { explicitlyPrivilegeRoomCreators: isPrivileged } = next.rules.authorization;
  const names = Object.keys(DEFAULT_POWER_LEVELS).filter((name) => Object.hasOwn(content, name));
  const scalars = entriesOf(names, (name) => levels.level(name as PowerLevelName));
  const events = entriesOf(keysOf(content["events"]), (type) => levels.eventLevel(type, true));
  const notifications = entriesOf(keysOf(content["notifications"]), (kind) => levels.notificationLevel(kind));
  const listed = keysOf(content["users"]).filter((user) => isUserId(user) && !(isPrivileged && next.creators.has(user)));
  const users = entriesOf(listed, (user) => levels.listedLevel(user) ?? levels.level("users_default"));
  if (!isPrivileged && (wasPrivileged || Object.keys(content).length === 0)) {
    const all = [CREATOR_LEVEL, ...Object.values(scalars), ...Object.values(events), ...Object.values(users)];
    for (const creator of levels.creators) users[creator] = Math.max(...all);
  }
  return { ...content, ...scalars, events, users, ...(Object.keys(notifications).length > 0 && { notifications }) };
}

/** Levels by name; what cannot be read is left out, so that it counts as the default. */
function entriesOf(names: readonly string[], levelOf: (name: string) => number): Record<string, number> {
  const levels = names.map((name): [string, number] => [name, levelOf(name)]);
  return Object.fromEntries(levels.filter(([, level]) => Number.isSafeInteger(level)));
}

function keysOf(levels: unknown): string[] {
  return isJsonObject(levels) ? Object.keys(levels) : [];
}

/**
 * The power levels of a room that has been replaced: nobody but those with some power sends to it and invites.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-upgrades}
 */
export function retiredPowerLevels({ content, levels, rules }: LevelledRoom): JsonObject {
  const least = Math.max(50, levels.level("users_default") + 1);
  const raised = (name: "events_default" | "invite"): number => Math.max(least, levels.level(name));
  // Without the event the creator has a level that it would take away.
  const owners = rules.authorization.explicitlyPrivilegeRoomCreators ? [] : [...levels.creators];
  const before = content ?? { users: Object.fromEntries(owners.map((creator) => [creator, CREATOR_LEVEL])) };
  return { ...before, events_default: raised("events_default"), invite: raised("invite") };
}
