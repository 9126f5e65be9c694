import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { RoomVisibilityBody } from "./room-visibility-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link setRoomVisibilityOnDirectory}. */
export interface SetRoomVisibilityOnDirectoryRequest {
  path: RoomPath;
  body?: RoomVisibilityBody | undefined;
}

/**
 * Lists a room in the homeserver's public directory, or takes it off.
 *
 * `PUT /_matrix/client/v3/directory/list/room/{roomId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3directorylistroomroomid}
 */
export const setRoomVisibilityOnDirectory: Endpoint<SetRoomVisibilityOnDirectoryRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setRoomVisibilityOnDirectory",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/directory/list/room/{roomId}" },
      { since: "v1.1", path: "/_matrix/client/v3/directory/list/room/{roomId}" },
    ],
  },
  errors: { 404: {} },
  path: RoomPath,
  body: RoomVisibilityBody,
  response: EmptyObject,
});
