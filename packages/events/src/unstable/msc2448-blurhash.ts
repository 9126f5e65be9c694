import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/**
 * Field that [MSC2448](https://github.com/matrix-org/matrix-spec-proposals/pull/2448) adds to the info of images, videos
 * and thumbnails and to memberships.
 */
export interface BlurhashExtension {
  /** A BlurHash: a blurred picture in a few characters. */
  "xyz.amorgan.blurhash"?: string | undefined;
}
/** Checks {@link BlurhashExtension}. */
export const BlurhashExtension: Model<BlurhashExtension> = /* @__PURE__ */ model(() =>
  obj<BlurhashExtension>({ "xyz.amorgan.blurhash": z.optional(z.string()) }),
);
