import { type Endpoint, endpoint } from "@patrix/api";
import { MsisdnTokenRequestBody } from "./msisdn-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenToResetPasswordMSISDN}. */
export interface RequestTokenToResetPasswordMSISDNRequest {
  body: MsisdnTokenRequestBody;
}

/**
 * Sends a text message that allows to reset the password.
 *
 * `POST /_matrix/client/v3/account/password/msisdn/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordmsisdnrequesttoken}
 */
export const requestTokenToResetPasswordMSISDN: Endpoint<RequestTokenToResetPasswordMSISDNRequest, TokenRequestResponse> =
  /* @__PURE__ */ endpoint({
    id: "requestTokenToResetPasswordMSISDN",
    method: "POST",
    auth: "none",
    rateLimited: false,
    history: {
      stable: [
        { since: "r0.0.0", path: "/_matrix/client/r0/account/password/msisdn/requestToken" },
        { since: "v1.1", path: "/_matrix/client/v3/account/password/msisdn/requestToken" },
      ],
    },
    errors: { 400: { errcodes: ["M_SERVER_NOT_TRUSTED"] }, 403: {} },
    body: MsisdnTokenRequestBody,
    response: TokenRequestResponse,
  });
