import type { UserId } from "@patrix/identifiers";
import { isDirectRoom, isSpaceRoom, tagsOf } from "../base/room-kind.ts";
import type { BaseState, RoomData } from "../base/room-data.ts";
import { roomName } from "../base/room-name.ts";
import { isReplaced } from "../base/room-upgrades.ts";
import { unreadOf } from "../base/unread.ts";
import type { RoomListFilter } from "../rooms/rooms.ts";

/** What a list knows when it looks at a room. */
export interface FilterContext {
  readonly base: BaseState;
  readonly userId: UserId;
  /** Rooms of the space that the filter names. */
  readonly inSpace: ReadonlySet<string> | undefined;
}

/** Whether a room is one of those that a filter wants. */
export function matchesFilter(room: RoomData, filter: RoomListFilter, { base, userId, inSpace }: FilterContext): boolean {
  const { kind, unread, favourite, lowPriority, replaced = false, space, name } = filter;
  // Cheap questions first: a list asks them of every room.
  if (room.membership !== (kind === "invite" ? "invite" : "join")) return false;
  if (kind === "space" ? !isSpaceRoom(room) : kind !== undefined && isSpaceRoom(room)) return false;
  if (isReplaced(room, base.rooms) !== replaced) return false;
  if (kind === "dm" ? !isDirectRoom(base, room, userId) : kind === "room" && isDirectRoom(base, room, userId)) return false;
  if (unread === true && !unreadOf(room).isUnread) return false;
  if (favourite === true && !tagsOf(room).has("m.favourite")) return false;
  if (lowPriority === true && !tagsOf(room).has("m.lowpriority")) return false;
  if (space !== undefined && (room.id === space || inSpace?.has(room.id) !== true)) return false;
  return name === undefined || roomName(room, userId).toLowerCase().includes(name.toLowerCase());
}
