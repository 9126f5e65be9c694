import { type Endpoint, endpoint } from "@patrix/api";
import { RoomVisibilityBody } from "./room-visibility-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link getRoomVisibilityOnDirectory}. */
export interface GetRoomVisibilityOnDirectoryRequest {
  path: RoomPath;
}

/**
 * Tells whether the homeserver lists a room in its public directory.
 *
 * `GET /_matrix/client/v3/directory/list/room/{roomId}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3directorylistroomroomid}
 */
export const getRoomVisibilityOnDirectory: Endpoint<GetRoomVisibilityOnDirectoryRequest, RoomVisibilityBody> = /* @__PURE__ */ endpoint({
  id: "getRoomVisibilityOnDirectory",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/directory/list/room/{roomId}" },
      { since: "v1.1", path: "/_matrix/client/v3/directory/list/room/{roomId}" },
    ],
  },
  errors: { 404: {} },
  path: RoomPath,
  response: RoomVisibilityBody,
});
