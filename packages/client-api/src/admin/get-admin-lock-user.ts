import { type Endpoint, endpoint } from "@patrix/api";
import { UserPath } from "../account/user-path.ts";
import { LockedState } from "./locked-state.ts";

/** Request of {@link getAdminLockUser}. */
export interface GetAdminLockUserRequest {
  path: UserPath;
}

/**
 * Tells an administrator whether a local user is locked.
 *
 * `GET /_matrix/client/v1/admin/lock/{userId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv1adminlockuserid}
 */
export const getAdminLockUser: Endpoint<GetAdminLockUserRequest, LockedState> = /* @__PURE__ */ endpoint({
  id: "getAdminLockUser",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.timedout.msc4323/admin/lock/{userId}", feature: "uk.timedout.msc4323" }],
    stable: [{ since: "v1.18", path: "/_matrix/client/v1/admin/lock/{userId}" }],
  },
  errors: { 400: { errcodes: ["M_INVALID_PARAM"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: UserPath,
  response: LockedState,
});
