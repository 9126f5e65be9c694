import { type Endpoint, endpoint } from "@patrix/api";
import { EmailTokenRequestBody } from "./email-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenToRegisterEmail}. */
export interface RequestTokenToRegisterEmailRequest {
  body: EmailTokenRequestBody;
}

/**
 * Sends a validation mail to an address that is to be used in a registration.
 *
 * `POST /_matrix/client/v3/register/email/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3registeremailrequesttoken}
 */
export const requestTokenToRegisterEmail: Endpoint<RequestTokenToRegisterEmailRequest, TokenRequestResponse> = /* @__PURE__ */ endpoint({
  id: "requestTokenToRegisterEmail",
  method: "POST",
  auth: "none",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/register/email/requestToken" },
      { since: "v1.1", path: "/_matrix/client/v3/register/email/requestToken" },
    ],
  },
  errors: { 400: { errcodes: ["M_SERVER_NOT_TRUSTED", "M_THREEPID_IN_USE"] }, 403: {} },
  body: EmailTokenRequestBody,
  response: TokenRequestResponse,
});
