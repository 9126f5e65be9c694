import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { RoomAliasPath } from "./room-alias-path.ts";

/** Request of {@link deleteRoomAlias}. */
export interface DeleteRoomAliasRequest {
  path: RoomAliasPath;
}

/**
 * Deletes a room alias.
 *
 * `DELETE /_matrix/client/v3/directory/room/{roomAlias}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3directoryroomroomalias}
 */
export const deleteRoomAlias: Endpoint<DeleteRoomAliasRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteRoomAlias",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/directory/room/{roomAlias}" },
      { since: "v1.1", path: "/_matrix/client/v3/directory/room/{roomAlias}" },
    ],
  },
  errors: { 404: {} },
  path: RoomAliasPath,
  response: EmptyObject,
});
