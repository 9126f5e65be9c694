import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Query parameters of an upload. */
export interface UploadQuery {
  /** Name of the file. */
  filename?: string | undefined;
}

/** Checks a {@link UploadQuery}. */
export const UploadQuery: Model<UploadQuery> = /* @__PURE__ */ paramsModel(() => obj<UploadQuery>({ filename: z.optional(z.string()) }));
