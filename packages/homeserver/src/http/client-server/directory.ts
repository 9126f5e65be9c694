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
import { serverOf } from "@patrix/signatures";
import { type Aliases, requireDirectoryPower } from "../../directory/aliases.ts";
import type { EntityQueries } from "../../appservice/entity-queries.ts";
import type { NetworkRooms } from "../../appservice/network-rooms.ts";
import type { Appservices } from "../../appservice/appservices.ts";
import { withdrawAlias } from "../../rooms/write/withdraw-alias.ts";
import type { DirectoryRequest, PublishedRooms } from "../../directory/published-rooms.ts";
import type { OtherServers } from "../../other-servers.ts";
import type { RoomParts } from "../../rooms/open-rooms.ts";
import type { Registration } from "../registration.ts";
import { requireAliasNamespace } from "./alias-namespaces.ts";

/** What the handlers of the directory work with. */
export interface DirectoryServices extends Pick<RoomParts, "rooms" | "reader" | "engine"> {
  readonly aliases: Aliases;
  readonly appservices: Appservices;
  readonly networkRooms: NetworkRooms;
  readonly queries: EntityQueries;
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
  const { rooms, reader, aliases, otherServers, appservices, queries } = services;
  const { serverName } = rooms.core;
  const roomIdOf = async (alias: string, token: string | undefined): Promise<string | undefined> => {
    const asker = token === undefined ? undefined : appservices.byToken(token);
    return (await aliases.roomId(alias)) ?? ((await queries.alias(alias, asker)) ? aliases.roomId(alias) : undefined);
  };
  return [
    handle(getRoomIdByAlias, async ({ path }, { token }) => {
      const isOwn = serverOf(path.roomAlias) === serverName;
      const roomId = isOwn ? await roomIdOf(path.roomAlias, token) : undefined;
      const found = isOwn ? roomId && { roomId, servers: [serverName] } : await otherServers.roomOfAlias(path.roomAlias);
      if (!found) throw matrixError("M_NOT_FOUND", "roomAlias: it points to no room");
      return rawJson(JSON.stringify({ room_id: found.roomId, servers: found.servers }));
    }),
    handle(setRoomAlias, async ({ path, body }, { user }) => {
      requireAliasNamespace(appservices, user, path.roomAlias);
      const room = await reader.joined(body.room_id, user.userNid);
      await aliases.set(path.roomAlias, room.nid, user.userNid);
      return {};
    }),
    handle(deleteRoomAlias, async ({ path }, { user }) => {
      const isOwn = requireAliasNamespace(appservices, user, path.roomAlias);
      const room = await aliases.remove(path.roomAlias, user, { isOwn });
      await withdrawAlias(services, room, path.roomAlias, user.userId);
      return {};
    }),
    handle(getLocalAliases, async ({ path }, { user }) => {
      const room = await reader.present(path.roomId, user.userNid);
      return rawJson(JSON.stringify({ aliases: await aliases.ofRoom(room.nid) }));
    }),
  ];
}

/** What is wanted of the directory, and of which networks. */
interface NetworkRequest extends DirectoryRequest {
  readonly include_all_networks?: boolean | undefined;
  readonly third_party_instance_id?: string | undefined;
}

/** The rooms of the networks that are asked for; `undefined` for those of the server's own. */
async function listedRooms(
  { published, networkRooms }: DirectoryServices,
  { include_all_networks: all = false, third_party_instance_id: instance }: NetworkRequest,
): Promise<Iterable<number> | undefined> {
  if (all && instance !== undefined)
    throw matrixError("M_INVALID_PARAM", "third_party_instance_id: it goes with include_all_networks: false only");
  if (instance !== undefined) return networkRooms.ofInstance(instance);
  return all ? new Set([...(await published.all()), ...(await networkRooms.all())]) : undefined;
}

function publishedHandlers(services: DirectoryServices): Registration[] {
  const { rooms, published, otherServers, requireUser } = services;
  const list = async (request: NetworkRequest, server = rooms.core.serverName): Promise<PublicRoomsResponse> => {
    const refused = otherServers.refusal(server);
    if (refused) throw refused;
    if (server !== rooms.core.serverName) return otherServers.publicRooms(server, request);
    return published.list(request, await listedRooms(services, request));
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
