import { type Endpoint, endpoint } from "@patrix/api";
import { RelationsQuery } from "./relations-query.ts";
import { RelationsResponse } from "./relations-response.ts";
import { RoomEventPath } from "../room/room-event-path.ts";

/** Request of {@link getRelatingEvents}. */
export interface GetRelatingEventsRequest {
  path: RoomEventPath;
  query?: RelationsQuery | undefined;
}

/**
 * Lists the events that relate to an event.
 *
 * `GET /_matrix/client/v1/rooms/{roomId}/relations/{eventId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1roomsroomidrelationseventid}
 */
export const getRelatingEvents: Endpoint<GetRelatingEventsRequest, RelationsResponse> = /* @__PURE__ */ endpoint({
  id: "getRelatingEvents",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/rooms/{roomId}/relations/{eventId}" }],
    stable: [{ since: "v1.3", path: "/_matrix/client/v1/rooms/{roomId}/relations/{eventId}" }],
  },
  errors: { 404: {} },
  path: RoomEventPath,
  query: RelationsQuery,
  response: RelationsResponse,
});
