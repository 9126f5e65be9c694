import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";

/**
 * Ends the use of the access token.
 *
 * `POST /_matrix/identity/v2/account/logout` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2accountlogout}
 */
export const logout: Endpoint<EmptyObject, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "logout",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/account/logout" }] },
  errors: { 401: {}, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  response: EmptyObject,
});
