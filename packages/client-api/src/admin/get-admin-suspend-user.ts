import { type Endpoint, endpoint } from "@patrix/api";
import { UserPath } from "../account/user-path.ts";
import { SuspendedState } from "./suspended-state.ts";

/** Request of {@link getAdminSuspendUser}. */
export interface GetAdminSuspendUserRequest {
  path: UserPath;
}

/**
 * Tells an administrator whether a local user is suspended.
 *
 * `GET /_matrix/client/v1/admin/suspend/{userId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminsuspenduserid}
 */
export const getAdminSuspendUser: Endpoint<GetAdminSuspendUserRequest, SuspendedState> = /* @__PURE__ */ endpoint({
  id: "getAdminSuspendUser",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.timedout.msc4323/admin/suspend/{userId}", feature: "uk.timedout.msc4323" }],
    stable: [{ since: "v1.18", path: "/_matrix/client/v1/admin/suspend/{userId}" }],
  },
  errors: { 400: { errcodes: ["M_INVALID_PARAM"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: UserPath,
  response: SuspendedState,
});
