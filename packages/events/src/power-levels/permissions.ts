/** An action with a level of its own. */
export type PowerLevelAction = "ban" | "invite" | "kick" | "redact";

/** The levels that {@link permissions} compares; {@link PowerLevels} has them. */
export interface Levels {
  /** The level of a user; `Infinity` for creators from room version 12 on. */
  for(userId: string): number;
  /** The level that `users` lists for a user. */
  entryOf(userId: string): number | undefined;
  /** Whether a user is a creator with infinite power, whose level nobody can change. */
  isPrivileged(userId: string): boolean;
  /** The level that an action takes. */
  toDo(action: PowerLevelAction): number;
  /** The level that sending a message-like event takes. */
  toSend(type: string): number;
  /** The level that sending a state event takes. Memberships have rules of their own. */
  toSendState(type: string): number;
  /** The level that a notification takes; `room`, the default, is the one of `@room`. */
  toNotify(key?: string): number;
}

/** Who may do what in a room, as far as power levels decide; memberships and join rules are not looked at. */
export interface Permissions {
  /** Whether a user may send a message-like event. */
  send(userId: string, type: string): boolean;
  /** Whether a user may send a state event; see the other members for memberships. */
  state(userId: string, type: string): boolean;
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
  /** Whether a user may notify by a key; `room` is the one of `@room`. */
  notify(userId: string, key?: string): boolean;
  /** Whether a user may set the level of another or of themselves; `undefined` removes the entry. */
  changeUserLevel(userId: string, target: string, level: number | undefined): boolean;
}

/**
 * Answers who may do what by power levels; the same as `can` of {@link PowerLevels}.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/#authorization-rules}
 */
export function permissions(levels: Levels): Permissions {
  const mayMoveAway = (userId: string, target: string): boolean => levels.for(target) < levels.for(userId);
  const can: Permissions = {
    send: (userId, type) => levels.for(userId) >= levels.toSend(type),
    state: (userId, type) => levels.for(userId) >= levels.toSendState(type),
    invite: (userId) => levels.for(userId) >= levels.toDo("invite"),
    kick: (userId, target) => levels.for(userId) >= levels.toDo("kick") && mayMoveAway(userId, target),
    ban: (userId, target) => levels.for(userId) >= levels.toDo("ban") && mayMoveAway(userId, target),
    unban: (userId, target) => levels.for(userId) >= levels.toDo("ban") && can.kick(userId, target),
    redact: (userId, sender) => can.send(userId, "m.room.redaction") && (userId === sender || levels.for(userId) >= levels.toDo("redact")),
    notify: (userId, key) => levels.for(userId) >= levels.toNotify(key),
    changeUserLevel: (userId, target, level) => {
      const own = levels.for(userId);
      if (levels.isPrivileged(target) || !can.state(userId, "m.room.power_levels")) return false;
      const entry = levels.entryOf(target);
      if (entry !== undefined && userId !== target && entry >= own) return false;
      return level === undefined || level <= own;
    },
  };
  return can;
}
