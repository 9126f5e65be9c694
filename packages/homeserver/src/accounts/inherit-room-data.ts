import { isJsonObject, type JsonObject } from "@patrix/api";
import type { AccountData } from "./account-data.ts";

/** A room, by number and by ID. */
export interface NamedRoom {
  readonly nid: number;
  readonly id: string;
}

/** A room, and the one that replaces it. */
export interface Inheritance {
  readonly from: NamedRoom;
  readonly to: NamedRoom;
}

/**
 * Carries what a user has noted of a room over to the one that replaces it: its tags, unless the new one has some, and with whom it is a
 * direct chat.
 *
 * @throws {LimitError} Where the user's account data would be too large.
 */
export async function inheritRoomData(accountData: AccountData, userNid: number, { from, to }: Inheritance): Promise<void> {
  const tags = await accountData.read({ userNid, roomNid: from.nid, type: "m.tag" });
  const newTags = { userNid, roomNid: to.nid, type: "m.tag" };
  if (tags !== undefined && (await accountData.read(newTags)) === undefined)
    // The column holds only objects.
    await accountData.put(newTags, JSON.parse(tags) as JsonObject);
  const direct = { userNid, roomNid: 0, type: "m.direct" };
  const content: unknown = JSON.parse((await accountData.read(direct)) ?? "{}");
  if (isJsonObject(content) && Object.values(content).some((rooms) => isLacking(rooms, from, to)))
    await accountData.change(direct, (chats) => {
      const carried = Object.entries(chats).map(([userId, rooms]) => [userId, isLacking(rooms, from, to) ? [...rooms, to.id] : rooms]);
      return Object.fromEntries(carried) as JsonObject;
    });
}

/** Whether a list of rooms has the old one and not the new one. */
function isLacking(rooms: unknown, from: NamedRoom, to: NamedRoom): rooms is readonly unknown[] {
  return Array.isArray(rooms) && rooms.includes(from.id) && !rooms.includes(to.id);
}
