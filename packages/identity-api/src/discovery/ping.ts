import { EmptyObject, type Endpoint, endpoint } from "@patrix/api";

/**
 * Tells that the identity server is there.
 *
 * `GET /_matrix/identity/v2` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2}
 */
export const ping: Endpoint<EmptyObject, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "pingV2",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2" }] },
  response: EmptyObject,
});
