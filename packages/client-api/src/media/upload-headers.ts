import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Headers of an upload. */
export interface UploadHeaders {
  /** Media type of the file. Default: `application/octet-stream`. */
  "content-type"?: string | undefined;
}

/** Checks a {@link UploadHeaders}. */
export const UploadHeaders: Model<UploadHeaders> = /* @__PURE__ */ paramsModel(() =>
  obj<UploadHeaders>({ "content-type": z.optional(z.string()) }),
);
