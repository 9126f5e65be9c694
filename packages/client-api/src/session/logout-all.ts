import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";

/**
 * Ends all sessions of the user and deletes their devices.
 *
 * `POST /_matrix/client/v3/logout/all` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3logoutall}
 */
export const logoutAll: Endpoint<EmptyObject, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "logout_all",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/logout/all" },
      { since: "v1.1", path: "/_matrix/client/v3/logout/all" },
    ],
  },
  response: EmptyObject,
});
