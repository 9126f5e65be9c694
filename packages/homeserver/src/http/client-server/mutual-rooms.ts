import { matrixError } from "@patrix/api";
import { getMutualRooms } from "@patrix/client-api";
import { getUnstableMutualRooms } from "@patrix/client-api/unstable";
import type { RoomId } from "@patrix/identifiers";
import { handle } from "@patrix/server";
import { mutualRooms } from "../../rooms/read/mutual-rooms.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";

/** The handlers with which users see what they have in common with others. */
export function mutualRoomsHandlers(rooms: Rooms): Registration[] {
  const read = async (user: Requester, userId: string, from: string | undefined) => {
    if (userId === user.userId) throw matrixError("M_INVALID_PARAM", "query parameter user_id: expected another user's");
    const { roomIds, ...page } = await mutualRooms(rooms, user.userNid, { other: await rooms.core.users.find(userId), from });
    return { ...page, joined: roomIds as readonly RoomId[] as RoomId[] };
  };
  return [
    handle(getMutualRooms, async ({ query }, { user }) => {
      const { joined, count, next } = await read(user, query.user_id, query.from);
      return { joined, count, next_batch: next };
    }),
    handle(getUnstableMutualRooms, async ({ query }, { user }) => {
      const { joined, next } = await read(user, query.user_id, query.batch_token);
      return { joined, next_batch_token: next };
    }),
  ];
}
