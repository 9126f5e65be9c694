import type { RoomId } from "@patrix/identifiers";
import type { BaseState } from "../base/room-data.ts";

/** What is known of rooms. */
export interface KnownRooms {
  readonly base: () => BaseState;
  /** Whether what is known is kept up to date at the moment. */
  readonly isCurrent: () => boolean;
  /** Rooms that the server has said are not encrypted, since the start; what changes later, sync tells. */
  readonly plain: Set<RoomId>;
}
