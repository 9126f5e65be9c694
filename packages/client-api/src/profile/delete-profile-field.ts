import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ProfileFieldPath } from "./profile-field-path.ts";

/** Request of {@link deleteProfileField}. */
export interface DeleteProfileFieldRequest {
  path: ProfileFieldPath;
}

/**
 * Removes one field of the user's profile.
 *
 * `DELETE /_matrix/client/v3/profile/{userId}/{keyName}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3profileuseridkeyname}
 */
export const deleteProfileField: Endpoint<DeleteProfileFieldRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteProfileField",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [
      { path: "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}", feature: "uk.tcpip.msc4133" },
      { path: "/_matrix/client/v3/profile/{userId}/{keyName}", feature: "uk.tcpip.msc4133.stable" },
    ],
    stable: [{ since: "v1.16", path: "/_matrix/client/v3/profile/{userId}/{keyName}" }],
    olderClients: ["/_matrix/client/r0/profile/{userId}/{keyName}"],
  },
  errors: { 400: {}, 403: {} },
  path: ProfileFieldPath,
  response: EmptyObject,
});
