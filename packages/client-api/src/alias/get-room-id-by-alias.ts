import { endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import { RoomId, ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { RoomAliasPath } from "./room-alias-path.ts";

/** Response of {@link getRoomIdByAlias}. */
export interface GetRoomIdByAliasResponse {
  room_id?: RoomId | undefined;
  /** Servers that know the room. */
  servers?: ServerName[] | undefined;
}

/** Checks a {@link GetRoomIdByAliasResponse}. */
export const GetRoomIdByAliasResponse: Model<GetRoomIdByAliasResponse> = /* @__PURE__ */ model(() =>
  obj<GetRoomIdByAliasResponse>({ room_id: z.optional(RoomId), servers: z.optional(independent(z.array(ServerName))) }),
);

/** Request of {@link getRoomIdByAlias}. */
export interface GetRoomIdByAliasRequest {
  path: RoomAliasPath;
}

/**
 * Resolves a room alias to a room ID and to servers that know the room.
 *
 * `GET /_matrix/client/v3/directory/room/{roomAlias}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directoryroomroomalias}
 */
export const getRoomIdByAlias: Endpoint<GetRoomIdByAliasRequest, GetRoomIdByAliasResponse> = /* @__PURE__ */ endpoint({
  id: "getRoomIdByAlias",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/directory/room/{roomAlias}" },
      { since: "v1.1", path: "/_matrix/client/v3/directory/room/{roomAlias}" },
    ],
  },
  errors: { 400: {}, 404: {} },
  path: RoomAliasPath,
  response: GetRoomIdByAliasResponse,
});
