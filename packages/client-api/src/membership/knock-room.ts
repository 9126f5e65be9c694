import { type Endpoint, endpoint } from "@patrix/api";
import { ReasonBody } from "../room/reason-body.ts";
import { RoomIdBody } from "../room/room-id-body.ts";
import { RoomIdOrAliasPath } from "../room/room-id-or-alias-path.ts";
import { ViaQuery } from "../room/via-query.ts";

/** Request of {@link knockRoom}. */
export interface KnockRoomRequest {
  path: RoomIdOrAliasPath;
  query?: ViaQuery | undefined;
  body?: ReasonBody | undefined;
}

/**
 * Asks to be let into a room.
 *
 * `POST /_matrix/client/v3/knock/{roomIdOrAlias}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3knockroomidoralias}
 */
export const knockRoom: Endpoint<KnockRoomRequest, RoomIdBody> = /* @__PURE__ */ endpoint({
  id: "knockRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/xyz.amorgan.knock/knock/{roomIdOrAlias}" }],
    stable: [{ since: "v1.1", path: "/_matrix/client/v3/knock/{roomIdOrAlias}" }],
    olderClients: ["/_matrix/client/r0/knock/{roomIdOrAlias}"],
  },
  errors: { 403: {}, 404: {} },
  path: RoomIdOrAliasPath,
  query: ViaQuery,
  body: ReasonBody,
  response: RoomIdBody,
});
