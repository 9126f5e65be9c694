import type { PowerLevelName } from "./default-power-levels.ts";

/** The levels that permissions compare; `PowerLevels` has them. @internal */
export interface Levels {
  userLevel(userId: string): number;
  listedLevel(userId: string): number | undefined;
  isPrivileged(userId: string): boolean;
  level(name: PowerLevelName): number;
  eventLevel(type: string, isState: boolean): number;
  notificationLevel(kind: string): number;
}

/** Who may do what in a room, as far as power levels decide; memberships and join rules are not looked at. */
export interface Permissions {
  /** Whether a user may send a message-like event. */
  send(userId: string, type: string): boolean;
  /** Whether a user may send a state event; see the other members for memberships. */
  sendState(userId: string, type: string): boolean;
  /** Whether a user may invite. */
  invite(userId: string): boolean;
  /** Whether a user may remove another; also what refusing a knock or revoking an invite takes. */
  kick(userId: string, target: string): boolean;
  /** Whether a user may ban another. */
  ban(userId: string, target: string): boolean;
  /** Whether a user may lift the ban of another. */
  unban(userId: string, target: string): boolean;
  /** Whether a user may redact an event of a sender, who may be the user. */
  redact(userId: string, sender: string): boolean;
  /** Whether a user may notify by a kind, such as `room` for `@room`. */
  notify(userId: string, kind: string): boolean;
  /** Whether a user may set the level of another or of themselves; `undefined` removes the entry. */
  changeUserLevel(userId: string, target: string, level: number | undefined): boolean;
}

/**
 * Answers who may do what by power levels. @internal
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules}
 */
export function permissions(levels: Levels): Permissions {
  const isBelow = (target: string, userId: string): boolean => levels.userLevel(target) < levels.userLevel(userId);
  const can: Permissions = {
    send: (userId, type) => levels.userLevel(userId) >= levels.eventLevel(type, false),
    sendState: (userId, type) => levels.userLevel(userId) >= levels.eventLevel(type, true),
    invite: (userId) => levels.userLevel(userId) >= levels.level("invite"),
    kick: (userId, target) => levels.userLevel(userId) >= levels.level("kick") && isBelow(target, userId),
    ban: (userId, target) => levels.userLevel(userId) >= levels.level("ban") && isBelow(target, userId),
    unban: (userId, target) => levels.userLevel(userId) >= levels.level("ban") && can.kick(userId, target),
    redact: (userId, sender) =>
      can.send(userId, "m.room.redaction") && (userId === sender || levels.userLevel(userId) >= levels.level("redact")),
    notify: (userId, kind) => levels.userLevel(userId) >= levels.notificationLevel(kind),
    changeUserLevel: (userId, target, level) => {
      const own = levels.userLevel(userId);
      if (levels.isPrivileged(target) || !can.sendState(userId, "m.room.power_levels")) return false;
      const listed = levels.listedLevel(target);
      if (listed !== undefined && userId !== target && !(listed < own)) return false;
      return level === undefined || level <= own;
    },
  };
  return can;
}
