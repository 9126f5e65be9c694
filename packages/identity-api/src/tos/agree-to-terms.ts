import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body of {@link agreeToTerms}. */
export interface AgreeToTermsBody {
  /** URLs of the accepted documents. */
  user_accepts: string[];
}

/** Checks a {@link AgreeToTermsBody}. */
export const AgreeToTermsBody: Model<AgreeToTermsBody> = /* @__PURE__ */ model(() =>
  obj<AgreeToTermsBody>({ user_accepts: z.array(z.string()) }),
);

/** Request of {@link agreeToTerms}. */
export interface AgreeToTermsRequest {
  body: AgreeToTermsBody;
}

/**
 * Accepts terms of service.
 *
 * `POST /_matrix/identity/v2/terms` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#post_matrixidentityv2terms}
 */
export const agreeToTerms: Endpoint<AgreeToTermsRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "agreeToTerms",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/terms" }] },
  body: AgreeToTermsBody,
  response: EmptyObject,
});
