import { type Model, model, obj, tolerated, whenMissing } from "@patrix/api";
import * as z from "zod/mini";

/** Limits of the media repository. */
export interface MediaConfig {
  /** Greatest size of an upload in bytes; absent if unknown. */
  "m.upload.size"?: number | undefined;
}

/** Checks a {@link MediaConfig}. */
export const MediaConfig: Model<MediaConfig> = /* @__PURE__ */ model(() =>
  obj<MediaConfig>({ "m.upload.size": tolerated(z.optional(z.int()), "null", whenMissing("remove")) }),
);
