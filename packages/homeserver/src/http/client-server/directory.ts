import { matrixError } from "@patrix/api";
import {
  deleteRoomAlias,
  getLocalAliases,
  getPublicRooms,
  getRoomIdByAlias,
  getRoomVisibilityOnDirectory,
  type PublicRoomsResponse,
  queryPublicRooms,
  setRoomAlias,
  setRoomVisibilityOnDirectory,
} from "@patrix/client-api";
import { handle, rawJson } from "@patrix/server";
import { type Aliases, requireDirectoryPower } from "../../directory/aliases.ts";
import { withdrawAlias } from "../../rooms/write/withdraw-alias.ts";
import type { DirectoryRequest, PublishedRooms } from "../../directory/published-rooms.ts";
import type { OtherServers } from "../../other-servers.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Registration } from "../registration.ts";

/** What the handlers of the directory work with. */
export interface DirectoryServices extends Pick<RoomParts, "rooms" | "reader" | "engine"> {
  readonly aliases: Aliases;
  readonly published: PublishedRooms;
  readonly otherServers: OtherServers;
  /** Checks the token of who asks for the published rooms; left out where anybody may. @throws {MatrixError} */
  readonly requireUser?: ((token: string | undefined) => Promise<void>) | undefined;
}

/** The handlers of aliases and of the published rooms. */
export function directoryHandlers(services: DirectoryServices): Registration[] {
  return [...aliasHandlers(services), ...publishedHandlers(services)];
}

function aliasHandlers(services: DirectoryServices): Registration[] {
  const { rooms, reader, aliases } = services;
  const { serverName } = rooms.core;
  return [
    handle(getRoomIdByAlias, async ({ path }) => {
      const roomId = await aliases.roomId(path.roomAlias);
      if (roomId === undefined) throw matrixError("M_NOT_FOUND", "roomAlias: it points to no room");
      return rawJson(JSON.stringify({ room_id: roomId, servers: [serverName] }));
    }),
    handle(setRoomAlias, async ({ path, body }, { user }) => {
      const room = await reader.joined(body.room_id, user.userNid);
      await aliases.set(path.roomAlias, room.nid, user.userNid);
      return {};
    }),
    handle(deleteRoomAlias, async ({ path }, { user }) => {
      const room = await aliases.remove(path.roomAlias, user.userNid, user.userId);
      await withdrawAlias(services, room, path.roomAlias, user.userId);
      return {};
    }),
    handle(getLocalAliases, async ({ path }, { user }) => {
      const room = await reader.present(path.roomId, user.userNid);
      return rawJson(JSON.stringify({ aliases: await aliases.ofRoom(room.nid) }));
    }),
  ];
}

function publishedHandlers({ rooms, published, otherServers, requireUser }: DirectoryServices): Registration[] {
  const list = async (request: DirectoryRequest, server = rooms.core.serverName): Promise<PublicRoomsResponse> => {
    const refused = otherServers.refusal(server);
    if (refused) throw refused;
    return published.list(request);
  };
  return [
    handle(getPublicRooms, async ({ query = {} }, { token }) => {
      await requireUser?.(token);
      return list(query, query.server);
    }),
    handle(queryPublicRooms, ({ query = {}, body = {} }) => list(body, query.server)),
    handle(getRoomVisibilityOnDirectory, async ({ path }) => ({
      visibility: (await published.has(rooms.get(path.roomId).nid)) ? "public" : "private",
    })),
    handle(setRoomVisibilityOnDirectory, async ({ path, body = {} }, { user }) => {
      const room = await rooms.load(rooms.get(path.roomId));
      await requireDirectoryPower(rooms, room, user.userId);
      await published.set(room.nid, body.visibility !== "private", user.userNid);
      return {};
    }),
  ];
}
