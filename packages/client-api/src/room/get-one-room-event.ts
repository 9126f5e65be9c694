import { type Endpoint, endpoint } from "@patrix/api";
import { ClientEvent } from "@patrix/events";
import { RoomEventPath } from "./room-event-path.ts";

/** Request of {@link getOneRoomEvent}. */
export interface GetOneRoomEventRequest {
  path: RoomEventPath;
}

/**
 * Reads one event of a room.
 *
 * `GET /_matrix/client/v3/rooms/{roomId}/event/{eventId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3roomsroomideventeventid}
 */
export const getOneRoomEvent: Endpoint<GetOneRoomEventRequest, ClientEvent> = /* @__PURE__ */ endpoint({
  id: "getOneRoomEvent",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/event/{eventId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/event/{eventId}" },
    ],
  },
  errors: { 404: {} },
  path: RoomEventPath,
  response: ClientEvent,
});
