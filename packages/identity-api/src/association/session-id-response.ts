import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Response that names a validation session. */
export interface SessionIdResponse {
  /** ID of the validation session. */
  sid: string;
}

/** Checks a {@link SessionIdResponse}. */
export const SessionIdResponse: Model<SessionIdResponse> = /* @__PURE__ */ model(() => obj<SessionIdResponse>({ sid: z.string() }));
