import { type EmptyObject, type Endpoint, endpoint } from "@patrix/api";
import { ServerKeys } from "./server-keys.ts";

/**
 * Publishes the signing keys of a server.
 *
 * `GET /_matrix/key/v2/server` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixkeyv2server}
 */
export const getServerKey: Endpoint<EmptyObject, ServerKeys> = /* @__PURE__ */ endpoint({
  id: "getServerKey",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/key/v2/server" }] },
  response: ServerKeys,
});
