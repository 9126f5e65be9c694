import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** Body that submits a validation token. */
export interface SubmitTokenBody {
  /** ID of the validation session. */
  sid: string;
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** The token from the message. */
  token: string;
}

/** Checks a {@link SubmitTokenBody}. */
export const SubmitTokenBody: Model<SubmitTokenBody> = /* @__PURE__ */ model(() =>
  obj<SubmitTokenBody>({ sid: z.string(), client_secret: z.string(), token: z.string() }),
);
