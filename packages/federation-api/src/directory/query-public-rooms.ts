import { type Endpoint, endpoint } from "@patrix/api";
import { PublicRoomsResponse, QueryPublicRoomsBody } from "@patrix/client-api";

/** Request of {@link queryPublicRooms}. */
export interface QueryPublicRoomsRequest {
  body?: QueryPublicRoomsBody | undefined;
}

/**
 * Searches the public rooms of the called server.
 *
 * `POST /_matrix/federation/v1/publicRooms` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixfederationv1publicrooms}
 */
export const queryPublicRooms: Endpoint<QueryPublicRoomsRequest, PublicRoomsResponse> = /* @__PURE__ */ endpoint({
  id: "queryPublicRooms",
  method: "POST",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/publicRooms" }] },
  body: QueryPublicRoomsBody,
  response: PublicRoomsResponse,
});
