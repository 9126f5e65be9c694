import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { DiscoveryInformation } from "./discovery-information.ts";

/**
 * Tells clients of a server name where its homeserver is.
 *
 * `GET /.well-known/matrix/client` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixclient}
 */
export const getWellknown: Endpoint<EmptyObject, DiscoveryInformation> = /* @__PURE__ */ endpoint({
  id: "getWellknown",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "r0.4.0", path: "/.well-known/matrix/client" }] },
  errors: { 404: {} },
  response: DiscoveryInformation,
});
