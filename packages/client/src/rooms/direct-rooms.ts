import { isJsonObject, type JsonObject, MatrixError } from "@patrix/api";
import { type CreateRoomBody, getAccountData, getJoinedRooms, getRoomStateWithKey, setAccountData } from "@patrix/client-api";
import { KeyedQueue } from "@patrix/concurrency";
import { directRoomsOf, withDirectRoom } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import { textOf } from "../base/room-data.ts";
import type { Room } from "./room.ts";
import type { RoomContext } from "./room-context.ts";
import type { CreateRoomOptions, Rooms } from "./rooms.ts";

/** What {@link createDirectRooms} is made of. */
export interface DirectRoomsParts {
  readonly context: RoomContext;
  readonly known: (id: RoomId) => Room | undefined;
  readonly joined: (id: RoomId) => Promise<Room>;
  readonly create: (options: CreateRoomOptions, extra: CreateRoomBody) => Promise<Room>;
}

/** Makes what finds the direct chat with a user, or makes one: one for each user, however many ask at once. */
export function createDirectRooms(parts: DirectRoomsParts): Rooms["dm"] {
  const users = new KeyedQueue<UserId>();
  const writes = new KeyedQueue<"m.direct">();
  const addDirect = (user: UserId, roomId: RoomId): Promise<void> =>
    // One after another, and each from what the server has: no entry of another chat is lost.
    writes.run("m.direct", async () => {
      const { http, userId } = parts.context;
      const body = withDirectRoom(await fetchDirect(parts.context), user, roomId);
      await http.send(setAccountData, { path: { userId: userId(), type: "m.direct" }, body });
    });
  return (user) =>
    users.run(user, async () => {
      const found = findKnown(parts, user) ?? (await findOnServer(parts, user));
      if (found) return found;
      const room = await parts.create({ invite: [user], preset: "trusted" }, { is_direct: true });
      await addDirect(user, room.id);
      return room;
    });
}

function findKnown({ context, known }: DirectRoomsParts, user: UserId): Room | undefined {
  const rooms = directRoomsOf(context.base().accountData.get("m.direct") ?? {}, user).map((id) => known(id));
  return rooms.find((room) => {
    const other = room?.members.get(user)?.membership;
    // With lazy loading, somebody of whom nothing is known may well be there.
    return room?.membership === "join" && other !== "leave" && other !== "ban";
  });
}

/** Looks where sync has not told of everything yet, or does not run. */
async function findOnServer({ context, joined }: DirectRoomsParts, user: UserId): Promise<Room | undefined> {
  const ids = directRoomsOf(await fetchDirect(context), user);
  if (ids.length === 0) return undefined;
  const { joined_rooms: own } = await context.http.send(getJoinedRooms, {});
  for (const id of ids) if (own.includes(id) && (await isThere(context, id, user))) return joined(id);
  return undefined;
}

async function isThere({ http }: RoomContext, roomId: RoomId, user: UserId): Promise<boolean> {
  const path = { roomId, eventType: "m.room.member", stateKey: user };
  const membership = textOf(await orEmpty(http.send(getRoomStateWithKey, { path })), "membership");
  return membership === "join" || membership === "invite";
}

async function fetchDirect({ http, userId }: RoomContext): Promise<JsonObject> {
  const content = await orEmpty(http.send(getAccountData, { path: { userId: userId(), type: "m.direct" } }));
  return isJsonObject(content) ? content : {};
}

async function orEmpty(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => {
    if (MatrixError.is(error, "M_NOT_FOUND")) return {};
    throw error;
  });
}
