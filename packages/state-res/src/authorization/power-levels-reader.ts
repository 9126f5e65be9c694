import type { AuthorizationRules, RoomVersionRules } from "@patrix/room-versions";
import type { JsonObject } from "@patrix/signatures";
import type { AuthEvent } from "./auth-event.ts";
import { isObject, member } from "./raw-content.ts";
import { readLevel } from "./read-level.ts";

/** A property of `m.room.power_levels` that holds one level. */
export type PowerLevelName = "ban" | "events_default" | "invite" | "kick" | "redact" | "state_default" | "users_default";

/** What a property of `m.room.power_levels` counts as where it is absent, or where there is no such event. */
export const DEFAULT_POWER_LEVELS: Readonly<Record<PowerLevelName, number>> = /* @__PURE__ */ Object.freeze({
  users_default: 0,
  events_default: 0,
  state_default: 50,
  ban: 50,
  redact: 50,
  kick: 50,
  invite: 0,
});

/** The level that a kind of notification asks for where `notifications` does not say. */
export const DEFAULT_NOTIFICATION_LEVEL = 50;

/** Power level of a creator before room version 12, as long as there is no `m.room.power_levels`. */
const CREATOR_LEVEL = 100;

/**
 * Reads power levels from raw `m.room.power_levels` and `m.room.create` events. Nothing is parsed ahead: each question costs a look-up.
 * A level that cannot be read is `NaN`, with which no comparison holds.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export class PowerLevelsReader {
  /** Users with infinite power level (room version 12), or with 100 while there is no `m.room.power_levels` (before). */
  readonly creators: ReadonlySet<string>;
  readonly #content: JsonObject | undefined;
  readonly #users: JsonObject | undefined;
  readonly #rules: AuthorizationRules;

  constructor(powerLevels: AuthEvent | undefined, create: AuthEvent | undefined, rules: RoomVersionRules) {
    const content = powerLevels?.content;
    const users = content?.["users"];
    this.creators = create === undefined ? nobody : creatorsOf(create, rules);
    this.#content = content;
    this.#users = isObject(users) ? users : undefined;
    this.#rules = rules.authorization;
  }

  /** The power level of a user; infinite for creators from room version 12. */
  userLevel(userId: string): number {
    const isCreator = this.creators.has(userId);
    if (isCreator && this.#rules.explicitlyPrivilegeRoomCreators) return Number.POSITIVE_INFINITY;
    if (this.#content === undefined) return isCreator ? CREATOR_LEVEL : DEFAULT_POWER_LEVELS.users_default;
    const users = this.#users;
    if (users !== undefined && Object.hasOwn(users, userId)) return readLevel(users[userId], this.#rules);
    return this.level("users_default");
  }

  /** The level of one property, or its default. */
  level(name: PowerLevelName): number {
    const content = this.#content;
    if (content === undefined || !Object.hasOwn(content, name)) return DEFAULT_POWER_LEVELS[name];
    return readLevel(content[name], this.#rules);
  }

  /** The level that sending an event of a type asks for. */
  eventLevel(type: string, isState: boolean): number {
    const level = member(this.#content?.["events"], type);
    return level === undefined ? this.level(isState ? "state_default" : "events_default") : readLevel(level, this.#rules);
  }

  /** The level that a kind of notification asks for, such as `room` for `@room`. */
  notificationLevel(kind: string): number {
    const level = member(this.#content?.["notifications"], kind);
    return level === undefined ? DEFAULT_NOTIFICATION_LEVEL : readLevel(level, this.#rules);
  }
}

const nobody: ReadonlySet<string> = new Set();
const creatorSets: WeakMap<AuthEvent, { readonly rules: RoomVersionRules; readonly creators: ReadonlySet<string> }> = new WeakMap();

/**
 * The creators of a room: `content.creator` before room version 11, the sender of `m.room.create` since, and from 12 also
 * `additional_creators`. Remembered per event object, which must not change.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules}
 */
export function creatorsOf(create: AuthEvent, rules: RoomVersionRules): ReadonlySet<string> {
  const known = creatorSets.get(create);
  if (known?.rules === rules) return known.creators;
  const creators = new Set<string>();
  const { useRoomCreateSender, additionalRoomCreators } = rules.authorization;
  const creator = useRoomCreateSender ? create.sender : member(create.content, "creator");
  if (typeof creator === "string") creators.add(creator);
  const additional = additionalRoomCreators ? member(create.content, "additional_creators") : undefined;
  if (Array.isArray(additional)) {
    for (const user of additional) if (typeof user === "string") creators.add(user);
  }
  creatorSets.set(create, { rules, creators });
  return creators;
}
