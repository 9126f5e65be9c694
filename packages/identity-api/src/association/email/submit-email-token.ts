import { type Endpoint, endpoint } from "@patrix/api";
import { SubmitTokenBody } from "../submit-token-body.ts";
import { SubmitTokenResponse } from "../submit-token-response.ts";

/** Request of {@link submitEmailToken}. */
export interface SubmitEmailTokenRequest {
  body: SubmitTokenBody;
}

/**
 * Validates a mail address with the token from the mail.
 *
 * `POST /_matrix/identity/v2/validate/email/submitToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailsubmittoken}
 */
export const submitEmailToken: Endpoint<SubmitEmailTokenRequest, SubmitTokenResponse> = /* @__PURE__ */ endpoint({
  id: "emailSubmitTokenPostV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  formBody: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/email/submitToken" }] },
  errors: { 400: { errcodes: ["M_INVALID_PARAM", "M_SESSION_EXPIRED", "M_TOKEN_INCORRECT"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  body: SubmitTokenBody,
  response: SubmitTokenResponse,
});
