import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response that tells whether a key is valid. */
export interface KeyValidityResponse {
  valid: boolean;
}

/** Checks a {@link KeyValidityResponse}. */
export const KeyValidityResponse: Model<KeyValidityResponse> = /* @__PURE__ */ model(() =>
  obj<KeyValidityResponse>({ valid: z.boolean() }),
);
