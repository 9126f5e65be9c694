import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.accepted_terms`: terms of service that the user has agreed to.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#maccepted_terms}
 */
export interface AcceptedTermsContent {
  /** URLs. */
  accepted?: string[] | undefined;
}
/** Checks the content of `m.accepted_terms`. */
export const AcceptedTermsContent: Model<AcceptedTermsContent> = /* @__PURE__ */ model(() =>
  obj<AcceptedTermsContent>({ accepted: z.optional(z.array(z.string())) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.accepted_terms": AcceptedTermsContent;
  }
}

/** Defines `m.accepted_terms`. */
export const acceptedTerms: EventDefinition<"global-account-data", "m.accepted_terms", AcceptedTermsContent> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.accepted_terms",
  AcceptedTermsContent,
);
