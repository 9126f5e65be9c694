import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters that submit a validation token. */
export interface SubmitTokenQuery {
  /** ID of the validation session. */
  sid: string;
  /** Secret of the client that began the validation session. */
  client_secret: string;
  /** The token from the message. */
  token: string;
}

/** Checks a {@link SubmitTokenQuery}. */
export const SubmitTokenQuery: Model<SubmitTokenQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<SubmitTokenQuery>({ sid: z.string(), client_secret: z.string(), token: z.string() }),
);
