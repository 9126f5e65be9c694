import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { SubmitTokenQuery } from "../submit-token-query.ts";

/** Request of {@link submitMsisdnTokenByEndUser}. */
export interface SubmitMsisdnTokenByEndUserRequest {
  query: SubmitTokenQuery;
}

/**
 * Validates a phone number by the link in the message, and shows a page or goes on to `next_link`.
 *
 * `GET /_matrix/identity/v2/validate/msisdn/submitToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validatemsisdnsubmittoken}
 */
export const submitMsisdnTokenByEndUser: Endpoint<SubmitMsisdnTokenByEndUserRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "msisdnSubmitTokenGetV2",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/msisdn/submitToken" }] },
  statuses: [200, 302],
  errors: { 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, "4XX": {} },
  query: SubmitTokenQuery,
  response: fileResponse,
});
