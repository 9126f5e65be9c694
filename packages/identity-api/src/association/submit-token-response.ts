import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response that tells whether a validation succeeded. */
export interface SubmitTokenResponse {
  success: boolean;
}

/** Checks a {@link SubmitTokenResponse}. */
export const SubmitTokenResponse: Model<SubmitTokenResponse> = /* @__PURE__ */ model(() =>
  obj<SubmitTokenResponse>({ success: z.boolean() }),
);
