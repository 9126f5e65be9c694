import { AnyJsonObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { ProfileFieldPath } from "./profile-field-path.ts";

/** Request of {@link getProfileField}. */
export interface GetProfileFieldRequest {
  path: ProfileFieldPath;
}

/**
 * Reads one field of a user's profile.
 *
 * `GET /_matrix/client/v3/profile/{userId}/{keyName}` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3profileuseridkeyname}
 */
export const getProfileField: Endpoint<GetProfileFieldRequest, JsonObject> = /* @__PURE__ */ endpoint({
  id: "getProfileField",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}", feature: "uk.tcpip.msc4133" }],
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/profile/{userId}/{keyName}" },
      { since: "v1.1", path: "/_matrix/client/v3/profile/{userId}/{keyName}" },
    ],
  },
  errors: { 403: {}, 404: {} },
  path: ProfileFieldPath,
  response: AnyJsonObject,
});
