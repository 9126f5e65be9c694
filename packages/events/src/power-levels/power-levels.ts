import { isJsonObject } from "@patrix/api";
import { parsePowerLevel } from "@patrix/push-rules";
import { type Levels, type Permissions, permissions, type PowerLevelAction } from "./permissions.ts";

/** What differs between room versions in the reading of power levels; `authorization` of a room version has all of it. */
export interface PowerLevelRules {
  /** Creators have infinite power, from room version 12 on. */
  readonly explicitlyPrivilegeRoomCreators: boolean;
  /** Levels are integers, from room version 10 on; before, strings and (up to version 5) fractions are read too. */
  readonly integerPowerLevels: boolean;
}

/** What {@link PowerLevels} needs to know beside the content. */
export interface PowerLevelOptions {
  /** The sender of `m.room.create` and, from room version 12 on, its `additional_creators`. */
  readonly creators: Iterable<string>;
  /** Default: those of room version 12. */
  readonly rules?: PowerLevelRules | undefined;
}

const defaultActionLevels: Readonly<Record<PowerLevelAction, number>> = { ban: 50, invite: 0, kick: 50, redact: 50 };
const newestRules: PowerLevelRules = { explicitlyPrivilegeRoomCreators: true, integerPowerLevels: true };

/**
 * The power levels of a room with every default applied. Values that are no level count as absent.
 *
 * @example
 * const levels = new PowerLevels(content, { creators: ["@alice:example.org"], rules: rules.authorization });
 * if (levels.can.kick("@alice:example.org", "@bob:example.org")) await kick("@bob:example.org");
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mroompower_levels}
 */
export class PowerLevels implements Levels {
  /** Who may do what. */
  readonly can: Permissions;
  readonly #content: unknown;
  readonly #creators: ReadonlySet<string>;
  readonly #rules: PowerLevelRules;

  /** Takes the content of `m.room.power_levels` as it is, or `undefined` where the room has no such event. */
  constructor(content: object | undefined, options: PowerLevelOptions) {
    this.#content = content;
    this.#creators = new Set(options.creators);
    this.#rules = options.rules ?? newestRules;
    this.can = permissions(this);
  }

  /** The level of a user; `Infinity` for creators from room version 12 on. */
  for(userId: string): number {
    if (this.isPrivileged(userId)) return Infinity;
    if (this.#content === undefined) return this.#creators.has(userId) ? 100 : 0;
    return this.entryOf(userId) ?? this.#level(this.#content, "users_default") ?? 0;
  }

  /** The level that `users` lists for a user. */
  entryOf(userId: string): number | undefined {
    return this.#level(this.#map("users"), userId);
  }

  /** Whether a user is a creator with infinite power, whose level nobody can change. */
  isPrivileged(userId: string): boolean {
    return this.#rules.explicitlyPrivilegeRoomCreators && this.#creators.has(userId);
  }

  /** The level that an action takes. */
  toDo(action: PowerLevelAction): number {
    return this.#level(this.#content, action) ?? defaultActionLevels[action];
  }

  /** The level that sending a message-like event takes. */
  toSend(type: string): number {
    return this.#level(this.#map("events"), type) ?? this.#level(this.#content, "events_default") ?? 0;
  }

  /** The level that sending a state event takes. Memberships have rules of their own. */
  toSendState(type: string): number {
    return this.#level(this.#map("events"), type) ?? this.#level(this.#content, "state_default") ?? 50;
  }

  /** The level that a notification takes; `room` is the one of `@room`. */
  toNotify(key = "room"): number {
    return this.#level(this.#map("notifications"), key) ?? 50;
  }

  #map(key: string): unknown {
    return isJsonObject(this.#content) ? own(this.#content, key) : undefined;
  }

  #level(levels: unknown, key: string): number | undefined {
    const value = isJsonObject(levels) ? own(levels, key) : undefined;
    if (this.#rules.integerPowerLevels && !Number.isSafeInteger(value)) return undefined;
    return parsePowerLevel(value);
  }
}

function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
