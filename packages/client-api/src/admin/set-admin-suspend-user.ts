import { type Endpoint, endpoint } from "@patrix/api";
import { UserPath } from "../account/user-path.ts";
import { SuspendedState } from "./suspended-state.ts";

/** Request of {@link setAdminSuspendUser}. */
export interface SetAdminSuspendUserRequest {
  path: UserPath;
  body: SuspendedState;
}

/**
 * Suspends a local user, or ends the suspension.
 *
 * `PUT /_matrix/client/v1/admin/suspend/{userId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminsuspenduserid}
 */
export const setAdminSuspendUser: Endpoint<SetAdminSuspendUserRequest, SuspendedState> = /* @__PURE__ */ endpoint({
  id: "setAdminSuspendUser",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/{userId}", feature: "uk.timedout.msc4323" }],
    stable: [{ since: "v1.18", path: "/_matrix/client/v1/admin/suspend/{userId}" }],
  },
  errors: { 400: { errcodes: ["M_INVALID_PARAM"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: UserPath,
  body: SuspendedState,
  response: SuspendedState,
});
