import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response to the request of a validation message. */
export interface TokenRequestResponse {
  /** ID of the validation session. */
  sid: string;
  /** Where the client posts the token; absent if the user follows a link instead. */
  submit_url?: string | undefined;
}

/** Checks a {@link TokenRequestResponse}. */
export const TokenRequestResponse: Model<TokenRequestResponse> = /* @__PURE__ */ model(() =>
  obj<TokenRequestResponse>({ sid: z.string(), submit_url: z.optional(z.string()) }),
);
