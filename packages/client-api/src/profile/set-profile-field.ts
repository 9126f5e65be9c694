import { AnyJsonObject, EmptyObject, type Endpoint, endpoint, type JsonObject } from "@patrix/api";
import { ProfileFieldPath } from "./profile-field-path.ts";

/** Request of {@link setProfileField}. */
export interface SetProfileFieldRequest {
  path: ProfileFieldPath;
  body: JsonObject;
}

/**
 * Sets one field of the user's profile.
 *
 * `PUT /_matrix/client/v3/profile/{userId}/{keyName}` · access token · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3profileuseridkeyname}
 */
export const setProfileField: Endpoint<SetProfileFieldRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "setProfileField",
  method: "PUT",
  auth: "accessToken",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/client/unstable/uk.tcpip.msc4133/profile/{userId}/{keyName}", feature: "uk.tcpip.msc4133" }],
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/profile/{userId}/{keyName}" },
      { since: "v1.1", path: "/_matrix/client/v3/profile/{userId}/{keyName}" },
    ],
  },
  errors: { 400: { errcodes: ["M_BAD_JSON", "M_KEY_TOO_LARGE", "M_MISSING_PARAM", "M_PROFILE_TOO_LARGE"] }, 403: {} },
  path: ProfileFieldPath,
  body: AnyJsonObject,
  response: EmptyObject,
});
