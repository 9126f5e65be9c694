import { type JsonObject, matrixError } from "@patrix/api";
import { exchangeOpenIdToken, getPublicRooms, queryInfo, queryProfile, queryPublicRooms, queryRoomDirectory } from "@patrix/federation-api";
import { isUserId, type RoomId, type ServerName, type UserId } from "@patrix/identifiers";
import { serverOf } from "@patrix/signatures";
import { handle, rawJson } from "@patrix/server";
import type { DirectoryRequest, PublishedRooms } from "../../directory/published-rooms.ts";
import type { RoomServers } from "../../federation/room-servers.ts";
import { roomOfAlias } from "../../rooms/read/room-of-alias.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** What the handlers of queries work with. */
export interface QueryServices {
  readonly rooms: Rooms;
  readonly roomServers: RoomServers;
  readonly published: PublishedRooms;
  /** Whether other servers may read the directory of published rooms. */
  readonly hasOpenDirectory: boolean;
  /** A user's profile; `undefined` for one who is not of this server. */
  readonly readProfile: (userId: string) => Promise<JsonObject | undefined>;
  /** The user of an OpenID token. */
  readonly userOfOpenIdToken: (token: string) => Promise<string | undefined>;
}

/** The handlers with which servers ask for profiles, aliases, published rooms, and whose an OpenID token is. */
export function queryHandlers({ rooms, roomServers, published, hasOpenDirectory, ...accounts }: QueryServices): ServerRegistration[] {
  const { serverName } = rooms.core;
  const list = async (request: DirectoryRequest): Promise<ReturnType<typeof rawJson>> => {
    if (!hasOpenDirectory) throw matrixError("M_FORBIDDEN", "this server shows its directory to no other server");
    return rawJson(JSON.stringify(await published.list(request)));
  };
  return [
    handle(queryProfile, async ({ query }) => {
      if (!isUserId(query.user_id)) throw matrixError("M_INVALID_PARAM", "user_id: not a user ID");
      if (serverOf(query.user_id) !== serverName) throw matrixError("M_NOT_FOUND", `user_id: expected a user of ${serverName}`);
      const profile = await accounts.readProfile(query.user_id);
      if (!profile) throw matrixError("M_NOT_FOUND", "user_id: there is no such user");
      const { field } = query;
      if (field === undefined) return rawJson(JSON.stringify(profile));
      return rawJson(JSON.stringify(Object.hasOwn(profile, field) ? { [field]: profile[field] } : {}));
    }),
    handle(queryRoomDirectory, async ({ query }) => {
      const room = await roomOfAlias(rooms, query.room_alias);
      if (!room) throw matrixError("M_NOT_FOUND", "room_alias: it leads to no room");
      const servers = await roomServers.joined(room);
      return { room_id: room.id as RoomId, servers: [serverName, ...servers.filter((server) => server !== serverName)] as ServerName[] };
    }),
    handle(queryInfo, () => {
      throw matrixError("M_UNRECOGNIZED", "queryType: the server does not know this kind of query");
    }),
    handle(getPublicRooms, ({ query = {} }) => list(query)),
    handle(queryPublicRooms, ({ body = {} }) => list(body)),
    handle(exchangeOpenIdToken, async ({ query }) => {
      const userId = await accounts.userOfOpenIdToken(query.access_token);
      if (userId === undefined)
        throw matrixError("M_UNKNOWN_TOKEN", "access_token: it is not known, or has expired", { soft_logout: false });
      return { sub: userId as UserId };
    }),
  ];
}
