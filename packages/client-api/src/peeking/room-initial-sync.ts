import { type Endpoint, endpoint } from "@patrix/api";
import { RoomInitialSyncResponse } from "./room-initial-sync-response.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link roomInitialSync}. */
export interface RoomInitialSyncRequest {
  path: RoomPath;
}

/**
 * Reads the state and the newest messages of a room.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/initialSync` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomidinitialsync}
 */
export const roomInitialSync: Endpoint<RoomInitialSyncRequest, RoomInitialSyncResponse> = /* @__PURE__ */ endpoint({
  id: "roomInitialSync",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/initialSync" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/initialSync" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  response: RoomInitialSyncResponse,
});
