import { isObject, ownMember } from "../own-member.ts";
import type { AuthorizationRules, RoomVersionRules } from "../room-version-rules.ts";
import { type CreateEvent, creatorsOf } from "./creators-of.ts";
import { DEFAULT_NOTIFICATION_LEVEL, DEFAULT_POWER_LEVELS, type PowerLevelName } from "./default-power-levels.ts";
import { type Levels, type Permissions, permissions } from "./permissions.ts";
import { readLevel } from "./read-level.ts";

/** Power level of a creator before room version 12, as long as there is no `m.room.power_levels`. */
const CREATOR_LEVEL = 100;

/** What is read of an `m.room.power_levels`, in whatever form the event comes. */
export interface PowerLevelsEvent {
  readonly content: object;
}

const nobody: ReadonlySet<string> = /* @__PURE__ */ new Set();

/**
 * The power levels of a room with every default applied, from raw `m.room.power_levels` and `m.room.create` events. Nothing is parsed
 * ahead: each question costs a look-up.
 *
 * A level that is `null` counts as absent. One that cannot be read in the room version is `NaN`, with which no comparison holds, so that
 * it never gives a permission; the authorization rules let no such level of a user into a room, and from version 10 none at all.
 *
 * @example
 * const levels = new PowerLevels(state.powerLevels, state.create, rules);
 * if (levels.can.kick("@alice:example.org", "@bob:example.org")) await kick("@bob:example.org");
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export class PowerLevels implements Levels {
  /** Users with infinite power level (room version 12), or with 100 while there is no `m.room.power_levels` (before). */
  readonly creators: ReadonlySet<string>;
  readonly #content: object | undefined;
  readonly #users: unknown;
  readonly #rules: AuthorizationRules;
  #can: Permissions | undefined;

  /** Takes the room's events as they are, `undefined` where it has none. */
  constructor(powerLevels: PowerLevelsEvent | undefined, create: CreateEvent | undefined, rules: RoomVersionRules) {
    this.creators = create === undefined ? nobody : creatorsOf(create, rules);
    this.#content = powerLevels?.content;
    this.#users = ownMember(powerLevels?.content, "users");
    this.#rules = rules.authorization;
  }

  /** Who may do what. */
  get can(): Permissions {
    return (this.#can ??= permissions(this));
  }

  /** The power level of a user; `Infinity` for creators from room version 12. */
  userLevel(userId: string): number {
    const isCreator = this.creators.has(userId);
    if (isCreator && this.#rules.explicitlyPrivilegeRoomCreators) return Number.POSITIVE_INFINITY;
    if (this.#content === undefined) return isCreator ? CREATOR_LEVEL : DEFAULT_POWER_LEVELS.users_default;
    return this.listedLevel(userId) ?? this.level("users_default");
  }

  /** The level that `users` lists for a user. */
  listedLevel(userId: string): number | undefined {
    return this.#read(this.#users, userId);
  }

  /** Whether a user is a creator with infinite power, whose level nobody can change. */
  isPrivileged(userId: string): boolean {
    return this.#rules.explicitlyPrivilegeRoomCreators && this.creators.has(userId);
  }

  /** The level of one property, or its default. */
  level(name: PowerLevelName): number {
    return this.#read(this.#content, name) ?? DEFAULT_POWER_LEVELS[name];
  }

  /** The level that sending an event of a type asks for. Memberships have rules of their own. */
  eventLevel(type: string, isState: boolean): number {
    return this.#read(ownMember(this.#content, "events"), type) ?? this.level(isState ? "state_default" : "events_default");
  }

  /** The level that a kind of notification asks for, such as `room` for `@room`. */
  notificationLevel(kind: string): number {
    return this.#read(ownMember(this.#content, "notifications"), kind) ?? DEFAULT_NOTIFICATION_LEVEL;
  }

  #read(levels: unknown, key: string): number | undefined {
    if (!isObject(levels) || !Object.hasOwn(levels, key)) return undefined;
    const value = levels[key];
    return value === null || value === undefined ? undefined : readLevel(value, this.#rules);
  }
}
