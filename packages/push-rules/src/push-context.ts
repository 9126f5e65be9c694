import type { NotificationPowerLevels } from "./notification-power-levels.ts";

/** An event as rules see it: the JSON of the client-server API, decrypted where possible. */
export type PushEvent = object;

/** What rules need to know beside the event: whose rules they are, and the room as it was at the event. */
export interface PushContext extends Partial<NotificationPowerLevels> {
  /** The owner of the rules; their own events never match. */
  readonly userId: string;
  /** The room of the event, where the event itself does not say so, as in a sync response. */
  readonly roomId?: string | undefined;
  /** The owner's display name in the room. */
  readonly displayName?: string | undefined;
  /** How many members the room has; `room_member_count` does not match without it. */
  readonly memberCount?: number | undefined;
}
