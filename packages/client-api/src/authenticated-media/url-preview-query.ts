import { intParam, type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters that name the page to preview. */
export interface UrlPreviewQuery {
  /** The page to preview. */
  url: string;
  /** Preferred time of the preview, in milliseconds since the Unix epoch. */
  ts?: number | undefined;
}

/** Checks a {@link UrlPreviewQuery}. */
export const UrlPreviewQuery: Model<UrlPreviewQuery> = /* @__PURE__ */ paramsModel(() =>
  obj<UrlPreviewQuery>({ url: z.string(), ts: z.optional(intParam()) }),
);
