import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Public keys by algorithm, in unpadded base64. */
export interface PolicyServerKeys {
  ed25519: string;
  [algorithm: string]: string;
}

/** Response of {@link getWellknownPolicy}. */
export interface GetWellknownPolicyResponse {
  public_keys: PolicyServerKeys;
}

/** Checks a {@link GetWellknownPolicyResponse}. */
export const GetWellknownPolicyResponse: Model<GetWellknownPolicyResponse> = /* @__PURE__ */ model(() =>
  obj<GetWellknownPolicyResponse>({ public_keys: z.catchall(z.object({ ed25519: z.string() }), z.string()) }),
);

/**
 * Publishes the keys of a policy server.
 *
 * `GET /.well-known/matrix/policy_server` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#getwell-knownmatrixpolicy_server}
 */
export const getWellknownPolicy: Endpoint<EmptyObject, GetWellknownPolicyResponse> = /* @__PURE__ */ endpoint({
  id: "getWellknownPolicy",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.18", path: "/.well-known/matrix/policy_server" }] },
  errors: { 404: {} },
  response: GetWellknownPolicyResponse,
});
