import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ReportBody } from "../reporting/report-body.ts";
import { RoomPath } from "./room-path.ts";

/** Request of {@link reportRoom}. */
export interface ReportRoomRequest {
  path: RoomPath;
  body: ReportBody;
}

/**
 * Reports a room to the administrators of the homeserver.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/report` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidreport}
 */
export const reportRoom: Endpoint<ReportRoomRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "reportRoom",
  method: "POST",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/org.matrix.msc4151/rooms/{roomId}/report", feature: "org.matrix.msc4151" }],
    stable: [{ since: "v1.13", path: "/_matrix/client/v3/rooms/{roomId}/report" }],
  },
  errors: { 404: {} },
  path: RoomPath,
  body: ReportBody,
  response: EmptyObject,
});
