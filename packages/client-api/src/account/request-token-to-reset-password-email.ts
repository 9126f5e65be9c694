import { type Endpoint, endpoint } from "@patrix/api";
import { EmailTokenRequestBody } from "./email-token-request-body.ts";
import { TokenRequestResponse } from "./token-request-response.ts";

/** Request of {@link requestTokenToResetPasswordEmail}. */
export interface RequestTokenToResetPasswordEmailRequest {
  body: EmailTokenRequestBody;
}

/**
 * Sends a mail that allows to reset the password.
 *
 * `POST /_matrix/client/v3/account/password/email/requestToken` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3accountpasswordemailrequesttoken}
 */
export const requestTokenToResetPasswordEmail: Endpoint<RequestTokenToResetPasswordEmailRequest, TokenRequestResponse> =
  /* @__PURE__ */ endpoint({
    id: "requestTokenToResetPasswordEmail",
    method: "POST",
    auth: "none",
    rateLimited: false,
    history: {
      stable: [
        { since: "r0.0.0", path: "/_matrix/client/r0/account/password/email/requestToken" },
        { since: "v1.1", path: "/_matrix/client/v3/account/password/email/requestToken" },
      ],
    },
    errors: { 400: { errcodes: ["M_SERVER_NOT_TRUSTED"] }, 403: {} },
    body: EmailTokenRequestBody,
    response: TokenRequestResponse,
  });
