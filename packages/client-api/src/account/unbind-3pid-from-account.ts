import { type Endpoint, endpoint } from "@patrix/api";
import { IdServerUnbindResponse } from "./id-server-unbind-response.ts";
import { ThirdPartyIdentifierBody } from "./third-party-identifier-body.ts";

/** Request of {@link unbind3pidFromAccount}. */
export interface Unbind3pidFromAccountRequest {
  body: ThirdPartyIdentifierBody;
}

/**
 * Withdraws a third-party address from an identity server, and keeps it on the account.
 *
 * `POST /_matrix/client/v3/account/3pid/unbind` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidunbind}
 */
export const unbind3pidFromAccount: Endpoint<Unbind3pidFromAccountRequest, IdServerUnbindResponse> = /* @__PURE__ */ endpoint({
  id: "unbind3pidFromAccount",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/unbind" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/unbind" },
    ],
  },
  body: ThirdPartyIdentifierBody,
  response: IdServerUnbindResponse,
});
