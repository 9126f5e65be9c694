import { type Model, obj, paramsModel } from "@patrix/api";
import * as z from "zod/mini";

/** Path variables of media. */
export interface MediaPath {
  mediaId: string;
}

/** Checks a {@link MediaPath}. */
export const MediaPath: Model<MediaPath> = /* @__PURE__ */ paramsModel(() => obj<MediaPath>({ mediaId: z.string() }));
