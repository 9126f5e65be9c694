import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { sendAttempt } from "../send-attempt.ts";
import { SessionIdResponse } from "../session-id-response.ts";

/** Body of {@link requestEmailToken}. */
export interface RequestEmailTokenBody {
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** The mail address. */
  email: string;
  /** Sent again only if greater than before with the same secret and address. */
  send_attempt: number;
  /** Where the user is sent once validated. */
  next_link?: string | undefined;
}

/** Checks a {@link RequestEmailTokenBody}. */
export const RequestEmailTokenBody: Model<RequestEmailTokenBody> = /* @__PURE__ */ model(() =>
  obj<RequestEmailTokenBody>({
    client_secret: z.string(),
    email: z.string(),
    send_attempt: sendAttempt(),
    next_link: z.optional(z.string()),
  }),
);

/** Request of {@link requestEmailToken}. */
export interface RequestEmailTokenRequest {
  body: RequestEmailTokenBody;
}

/**
 * Sends a validation mail.
 *
 * `POST /_matrix/identity/v2/validate/email/requestToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validateemailrequesttoken}
 */
export const requestEmailToken: Endpoint<RequestEmailTokenRequest, SessionIdResponse> = /* @__PURE__ */ endpoint({
  id: "emailRequestTokenV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  formBody: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/email/requestToken" }] },
  errors: { 400: { errcodes: ["M_EMAIL_SEND_ERROR", "M_INVALID_EMAIL"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  body: RequestEmailTokenBody,
  response: SessionIdResponse,
});
