import { type Endpoint, endpoint } from "@patrix/api";
import { SubmitTokenBody } from "../submit-token-body.ts";
import { SubmitTokenResponse } from "../submit-token-response.ts";

/** Request of {@link submitMsisdnToken}. */
export interface SubmitMsisdnTokenRequest {
  body: SubmitTokenBody;
}

/**
 * Validates a phone number with the token from the message.
 *
 * `POST /_matrix/identity/v2/validate/msisdn/submitToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnsubmittoken}
 */
export const submitMsisdnToken: Endpoint<SubmitMsisdnTokenRequest, SubmitTokenResponse> = /* @__PURE__ */ endpoint({
  id: "msisdnSubmitTokenPostV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  formBody: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/msisdn/submitToken" }] },
  errors: { 400: { errcodes: ["M_INVALID_PARAM", "M_SESSION_EXPIRED", "M_TOKEN_INCORRECT"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  body: SubmitTokenBody,
  response: SubmitTokenResponse,
});
