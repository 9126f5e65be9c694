import { type Endpoint, endpoint } from "@patrix/api";
import { IdServerUnbindResponse } from "./id-server-unbind-response.ts";
import { ThirdPartyIdentifierBody } from "./third-party-identifier-body.ts";

/** Request of {@link delete3pidFromAccount}. */
export interface Delete3pidFromAccountRequest {
  body: ThirdPartyIdentifierBody;
}

/**
 * Removes a third-party address from the account.
 *
 * `POST /_matrix/client/v3/account/3pid/delete` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3piddelete}
 */
export const delete3pidFromAccount: Endpoint<Delete3pidFromAccountRequest, IdServerUnbindResponse> = /* @__PURE__ */ endpoint({
  id: "delete3pidFromAccount",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/delete" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/delete" },
    ],
  },
  body: ThirdPartyIdentifierBody,
  response: IdServerUnbindResponse,
});
