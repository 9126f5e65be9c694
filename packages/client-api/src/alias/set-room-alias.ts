import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { RoomAliasPath } from "./room-alias-path.ts";
import { RoomIdBody } from "../room/room-id-body.ts";

/** Request of {@link setRoomAlias}. */
export interface SetRoomAliasRequest {
  path: RoomAliasPath;
  body: RoomIdBody;
}

/**
 * Creates a room alias.
 *
 * `PUT /_matrix/client/v3/directory/room/{roomAlias}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directoryroomroomalias}
 */
export const setRoomAlias: Endpoint<SetRoomAliasRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setRoomAlias",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/directory/room/{roomAlias}" },
      { since: "v1.1", path: "/_matrix/client/v3/directory/room/{roomAlias}" },
    ],
  },
  errors: { 400: {}, 409: {} },
  path: RoomAliasPath,
  body: RoomIdBody,
  response: EmptyObject,
});
