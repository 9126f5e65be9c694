import { type EmptyObject, type Endpoint, endpoint, type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/** A document in one language. */
export interface TermsTranslation {
  /** Title, in the language. */
  name: string;
  /** Where the document is. */
  url: string;
}

/** A document, with a translation by language code, such as `en`. */
export interface TermsPolicy {
  version: string;
  [language: string]: string | TermsTranslation;
}

/** Response of {@link getTerms}. */
export interface GetTermsResponse {
  /** By name of the document. */
  policies: Record<string, TermsPolicy>;
}

/** Checks a {@link GetTermsResponse}. */
export const GetTermsResponse: Model<GetTermsResponse> = /* @__PURE__ */ model(() =>
  obj<GetTermsResponse>({
    policies: record(
      z.string(),
      z.catchall(z.object({ version: z.string() }), obj<TermsTranslation>({ name: z.string(), url: z.string() })),
    ),
  }),
);

/**
 * Lists the terms of service.
 *
 * `GET /_matrix/identity/v2/terms` · no authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/identity-service-api/#get_matrixidentityv2terms}
 */
export const getTerms: Endpoint<EmptyObject, GetTermsResponse> = /* @__PURE__ */ endpoint({
  id: "getTerms",
  method: "GET",
  auth: "none",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/identity/v2/terms" }] },
  response: GetTermsResponse,
});
