import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";

/**
 * Ends the session and deletes its device.
 *
 * `POST /_matrix/client/v3/logout` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logout}
 */
export const logout: Endpoint<EmptyObject, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "logout",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/logout" },
      { since: "v1.1", path: "/_matrix/client/v3/logout" },
    ],
  },
  response: EmptyObject,
});
