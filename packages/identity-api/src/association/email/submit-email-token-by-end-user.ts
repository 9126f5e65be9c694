import { type Endpoint, endpoint, fileResponse, type FileResponse } from "@patrix/api";
import { SubmitTokenQuery } from "../submit-token-query.ts";

/** Request of {@link submitEmailTokenByEndUser}. */
export interface SubmitEmailTokenByEndUserRequest {
  query: SubmitTokenQuery;
}

/**
 * Validates a mail address by the link in the mail, and shows a page or goes on to `next_link`.
 *
 * `GET /_matrix/identity/v2/validate/email/submitToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2validateemailsubmittoken}
 */
export const submitEmailTokenByEndUser: Endpoint<SubmitEmailTokenByEndUserRequest, FileResponse> = /* @__PURE__ */ endpoint({
  id: "emailSubmitTokenGetV2",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/email/submitToken" }] },
  statuses: [200, 302],
  errors: { 403: { errcodes: ["M_TERMS_NOT_SIGNED"] }, "4XX": {} },
  query: SubmitTokenQuery,
  response: fileResponse,
});
