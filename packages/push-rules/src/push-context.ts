/** An event as rules see it: the JSON of the client-server API, decrypted where possible. */
export type PushEvent = object;

/** The power levels that `sender_notification_permission` compares; `PowerLevels` of `@patrix/room-versions` has them. */
export interface NotificationPowerLevels {
  /** A user's power level; `Infinity` for a creator from room version 12 on. */
  userLevel(userId: string): number;
  /** The level that a kind of notification, such as `room`, needs. */
  notificationLevel(kind: string): number;
}

/** What rules need to know beside the event: whose rules they are, and the room as it was at the event. */
export interface PushContext {
  /** The owner of the rules; their own events never match. */
  readonly userId: string;
  /** The room of the event, where the event itself does not say so, as in a sync response. */
  readonly roomId?: string | undefined;
  /** The owner's display name in the room. */
  readonly displayName?: string | undefined;
  /** How many members the room has; `room_member_count` does not match without it. */
  readonly memberCount?: number | undefined;
  /** The room's power levels; `sender_notification_permission` does not match without them. */
  readonly powerLevels?: NotificationPowerLevels | undefined;
}
