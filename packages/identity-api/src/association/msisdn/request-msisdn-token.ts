import { type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { sendAttempt } from "../send-attempt.ts";
import { SessionIdResponse } from "../session-id-response.ts";

/** Body of {@link requestMsisdnToken}. */
export interface RequestMsisdnTokenBody {
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** Two-letter code of the country that `phone_number` is dialled from (ISO 3166-1). */
  country: string;
  /** As dialled from `country`. */
  phone_number: string;
  /** Sent again only if greater than before with the same secret and address. */
  send_attempt: number;
  /** Where the user is sent once validated. */
  next_link?: string | undefined;
}

/** Checks a {@link RequestMsisdnTokenBody}. */
export const RequestMsisdnTokenBody: Model<RequestMsisdnTokenBody> = /* @__PURE__ */ model(() =>
  obj<RequestMsisdnTokenBody>({
    client_secret: z.string(),
    country: z.string(),
    phone_number: z.string(),
    send_attempt: sendAttempt(),
    next_link: z.optional(z.string()),
  }),
);

/** Request of {@link requestMsisdnToken}. */
export interface RequestMsisdnTokenRequest {
  body: RequestMsisdnTokenBody;
}

/**
 * Sends a validation text message.
 *
 * `POST /_matrix/identity/v2/validate/msisdn/requestToken` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2validatemsisdnrequesttoken}
 */
export const requestMsisdnToken: Endpoint<RequestMsisdnTokenRequest, SessionIdResponse> = /* @__PURE__ */ endpoint({
  id: "msisdnRequestTokenV2",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  formBody: true,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/validate/msisdn/requestToken" }] },
  errors: { 400: { errcodes: ["M_DESTINATION_REJECTED", "M_INVALID_ADDRESS", "M_SEND_ERROR"] }, 403: { errcodes: ["M_TERMS_NOT_SIGNED"] } },
  body: RequestMsisdnTokenBody,
  response: SessionIdResponse,
});
