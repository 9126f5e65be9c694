import { type Endpoint, endpoint } from "@patrix/api";
import { MsisdnTokenRequestBody } from "./msisdn-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenToRegisterMSISDN}. */
export interface RequestTokenToRegisterMSISDNRequest {
  body: MsisdnTokenRequestBody;
}

/**
 * Sends a validation text to a phone number that is to be used in a registration.
 *
 * `POST /_matrix/client/v3/register/msisdn/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registermsisdnrequesttoken}
 */
export const requestTokenToRegisterMSISDN: Endpoint<RequestTokenToRegisterMSISDNRequest, TokenRequestResponse> = /* @__PURE__ */ endpoint({
  id: "requestTokenToRegisterMSISDN",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/register/msisdn/requestToken" },
      { since: "v1.1", path: "/_matrix/client/v3/register/msisdn/requestToken" },
    ],
  },
  errors: { 400: { errcodes: ["M_SERVER_NOT_TRUSTED", "M_THREEPID_IN_USE"] }, 403: {} },
  body: MsisdnTokenRequestBody,
  response: TokenRequestResponse,
});
