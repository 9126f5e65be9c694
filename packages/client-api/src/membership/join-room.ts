import { type Endpoint, endpoint } from "@patrix/api";
import { JoinRoomBody } from "./join-room-body.ts";
import { RoomIdBody } from "../room/room-id-body.ts";
import { RoomIdOrAliasPath } from "../room/room-id-or-alias-path.ts";
import { ViaQuery } from "../room/via-query.ts";

/** Request of {@link joinRoom}. */
export interface JoinRoomRequest {
  path: RoomIdOrAliasPath;
  query?: ViaQuery | undefined;
  body?: JoinRoomBody | undefined;
}

/**
 * Joins a room by its ID or alias.
 *
 * `POST /_matrix/client/v3/join/{roomIdOrAlias}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3joinroomidoralias}
 */
export const joinRoom: Endpoint<JoinRoomRequest, RoomIdBody> = /* @__PURE__ */ endpoint({
  id: "joinRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/join/{roomIdOrAlias}" },
      { since: "v1.1", path: "/_matrix/client/v3/join/{roomIdOrAlias}" },
    ],
  },
  errors: { 403: {} },
  path: RoomIdOrAliasPath,
  query: ViaQuery,
  body: JoinRoomBody,
  response: RoomIdBody,
});
