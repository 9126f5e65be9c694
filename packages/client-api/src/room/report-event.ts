import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ReasonBody } from "./reason-body.ts";
import { RoomEventPath } from "./room-event-path.ts";

/** Request of {@link reportEvent}. */
export interface ReportEventRequest {
  path: RoomEventPath;
  body?: ReasonBody | undefined;
}

/**
 * Reports an event to the administrators of the homeserver.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/report/{eventId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreporteventid}
 */
export const reportEvent: Endpoint<ReportEventRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "reportEvent",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/report/{eventId}" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/report/{eventId}" },
    ],
  },
  errors: { 404: {} },
  path: RoomEventPath,
  body: ReasonBody,
  response: EmptyObject,
});
