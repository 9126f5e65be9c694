import { type Endpoint, endpoint, type Model, model, record } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";
import { PduJson } from "../pdu-json.ts";

/** Response of {@link askPolicyServerToSign}: signatures in unpadded base64, by server and key ID. */
export type AskPolicyServerToSignResponse = Record<ServerName, Record<string, string>>;
/** Checks an {@link AskPolicyServerToSignResponse}. */
export const AskPolicyServerToSignResponse: Model<AskPolicyServerToSignResponse> = /* @__PURE__ */ model(() =>
  record(ServerName, record(z.string(), z.string())),
);

/** Request of {@link askPolicyServerToSign}. */
export interface AskPolicyServerToSignRequest {
  body: PduJson;
}

/**
 * Asks the policy server of a room to approve an event with its signature.
 *
 * `POST /_matrix/policy/v1/sign` · signed request · rate limited
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#post_matrixpolicyv1sign}
 */
export const askPolicyServerToSign: Endpoint<AskPolicyServerToSignRequest, AskPolicyServerToSignResponse> = /* @__PURE__ */ endpoint({
  id: "askPolicyServerToSign",
  method: "POST",
  auth: "signedRequest",
  rateLimited: true,
  history: {
    unstable: [{ path: "/_matrix/policy/unstable/org.matrix.msc4284/sign" }],
    stable: [{ since: "v1.1", path: "/_matrix/policy/v1/sign" }],
  },
  errors: { 400: { errcodes: ["M_BAD_JSON", "M_FORBIDDEN", "M_NOT_JSON"] }, 403: {}, 404: { errcodes: ["M_NOT_FOUND", "M_UNRECOGNIZED"] } },
  body: PduJson,
  response: AskPolicyServerToSignResponse,
});
