import { type Endpoint, endpoint } from "@patrix/api";
import { UserPath } from "../account/user-path.ts";
import { LockedState } from "./locked-state.ts";

/** Request of {@link setAdminLockUser}. */
export interface SetAdminLockUserRequest {
  path: UserPath;
  body: LockedState;
}

/**
 * Locks a local user out of the account, or unlocks it.
 *
 * `PUT /_matrix/client/v1/admin/lock/{userId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv1adminlockuserid}
 */
export const setAdminLockUser: Endpoint<SetAdminLockUserRequest, LockedState> = /* @__PURE__ */ endpoint({
  id: "setAdminLockUser",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.timedout.msc4323/admin/lock/{userId}", feature: "uk.timedout.msc4323" }],
    stable: [{ since: "v1.18", path: "/_matrix/client/v1/admin/lock/{userId}" }],
  },
  errors: { 400: { errcodes: ["M_INVALID_PARAM"] }, 403: { errcodes: ["M_FORBIDDEN"] }, 404: { errcodes: ["M_NOT_FOUND"] } },
  path: UserPath,
  body: LockedState,
  response: LockedState,
});
