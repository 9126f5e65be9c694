import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type ThumbnailFields, thumbnailShape } from "./thumbnail-fields.ts";

/**
 * What is known about an image.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msticker_imageinfo}
 */
export interface ImageInfo extends ThumbnailFields {
  /** Intended height in pixels. */
  h?: number | undefined;
  /** Intended width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
  /** Whether the image moves; to look at the file where this is absent. */
  is_animated?: boolean | undefined;
}
/** Checks {@link ImageInfo}. */
export const ImageInfo: Model<ImageInfo> = /* @__PURE__ */ model(() =>
  obj<ImageInfo>({
    h: z.optional(z.int()),
    w: z.optional(z.int()),
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    ...thumbnailShape(),
    is_animated: z.optional(z.boolean()),
  }),
);
