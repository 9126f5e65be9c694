import { type Endpoint, endpoint } from "@patrix/api";
import { MsisdnTokenRequestBody } from "./msisdn-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenTo3PIDMSISDN}. */
export interface RequestTokenTo3PIDMSISDNRequest {
  body: MsisdnTokenRequestBody;
}

/**
 * Sends a validation text to a phone number that is to be added to the account.
 *
 * `POST /_matrix/client/v3/account/3pid/msisdn/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidmsisdnrequesttoken}
 */
export const requestTokenTo3PIDMSISDN: Endpoint<RequestTokenTo3PIDMSISDNRequest, TokenRequestResponse> = /* @__PURE__ */ endpoint({
  id: "requestTokenTo3PIDMSISDN",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/msisdn/requestToken" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/msisdn/requestToken" },
    ],
  },
  errors: {
    400: { errcodes: ["M_INVALID_PARAM", "M_SERVER_NOT_TRUSTED", "M_THREEPID_IN_USE", "M_THREEPID_MEDIUM_NOT_SUPPORTED"] },
    403: {},
  },
  body: MsisdnTokenRequestBody,
  response: TokenRequestResponse,
});
