import { type Endpoint, endpoint } from "@patrix/api";
import { EmailTokenRequestBody } from "./email-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenTo3PIDEmail}. */
export interface RequestTokenTo3PIDEmailRequest {
  body: EmailTokenRequestBody;
}

/**
 * Sends a validation mail to an address that is to be added to the account.
 *
 * `POST /_matrix/client/v3/account/3pid/email/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3account3pidemailrequesttoken}
 */
export const requestTokenTo3PIDEmail: Endpoint<RequestTokenTo3PIDEmailRequest, TokenRequestResponse> = /* @__PURE__ */ endpoint({
  id: "requestTokenTo3PIDEmail",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/account/3pid/email/requestToken" },
      { since: "v1.1", path: "/_matrix/client/v3/account/3pid/email/requestToken" },
    ],
  },
  errors: {
    400: { errcodes: ["M_INVALID_PARAM", "M_SERVER_NOT_TRUSTED", "M_THREEPID_IN_USE", "M_THREEPID_MEDIUM_NOT_SUPPORTED"] },
    403: {},
  },
  body: EmailTokenRequestBody,
  response: TokenRequestResponse,
});
