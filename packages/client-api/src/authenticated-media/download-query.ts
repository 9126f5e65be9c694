import { intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of a download. */
export interface DownloadQuery {
  /** How long to wait for media that is not uploaded yet, in milliseconds. Default: 20000. */
  timeout_ms?: number | undefined;
}

/** Checks a {@link DownloadQuery}. */
export const DownloadQuery: Model<DownloadQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<DownloadQuery>({ timeout_ms: z.optional(intParam()) }),
);
