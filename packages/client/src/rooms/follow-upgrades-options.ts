import type { RoomId, ServerName, UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";

/** Which upgrades of rooms are followed, and how. */
export interface FollowUpgradesOptions extends Abortable {
  /** Whose upgrades count. Default: everyone's who has the power to upgrade the room. */
  from?: readonly UserId[] | ((user: UserId) => boolean) | undefined;
  /** How a room is joined; `via` names the server of who upgraded the old room. Default: as `rooms.join` does. */
  join?: ((id: RoomId, via: readonly ServerName[]) => Promise<unknown>) | undefined;
}
