import type { UserId } from "@patrix/identifiers";
import type { RoomData } from "../base/room-data.ts";
import { roomName } from "../base/room-name.ts";
import { unreadOf } from "../base/unread.ts";

/** Compares two rooms: negative where the first comes first. */
export type RoomOrder = (a: RoomData, b: RoomData) => number;

const names = new Intl.Collator();
const byId: RoomOrder = (a, b) => (a.id < b.id ? -1 : Number(a.id > b.id));
const byRecency: RoomOrder = (a, b) => b.lastTs - a.lastTs;

/** Mentions first, then what else is unread, then the rest. */
function urgency(room: RoomData): number {
  const { mentions, isUnread } = unreadOf(room);
  return mentions > 0 ? 2 : Number(isUnread);
}

/** The order of a list; rooms that are equal in it come by their IDs. */
export function roomOrder(sort: "recency" | "name" | "unread", userId: () => UserId): RoomOrder {
  if (sort === "recency") return (a, b) => byRecency(a, b) || byId(a, b);
  if (sort === "unread") return (a, b) => urgency(b) - urgency(a) || byRecency(a, b) || byId(a, b);
  return (a, b) => names.compare(roomName(a, userId()), roomName(b, userId())) || byId(a, b);
}
