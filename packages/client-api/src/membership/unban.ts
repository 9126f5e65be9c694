import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { UserReasonBody } from "./user-reason-body.ts";
import { RoomPath } from "../room/room-path.ts";

/** Request of {@link unban}. */
export interface UnbanRequest {
  path: RoomPath;
  body: UserReasonBody;
}

/**
 * Lifts the ban of a user from a room.
 *
 * `POST /_matrix/client/v3/rooms/{roomId}/unban` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3roomsroomidunban}
 */
export const unban: Endpoint<UnbanRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "unban",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/rooms/{roomId}/unban" },
      { since: "v1.1", path: "/_matrix/client/v3/rooms/{roomId}/unban" },
    ],
  },
  errors: { 403: {} },
  path: RoomPath,
  body: UserReasonBody,
  response: EmptyObject,
});
