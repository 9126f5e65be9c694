import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "./encrypted-file.ts";
import { ThumbnailInfo } from "./thumbnail-info.ts";

/**
 * What is known about an image.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msticker_imageinfo}
 */
export interface ImageInfo {
  /** Intended height in pixels. */
  h?: number | undefined;
  /** Intended width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
  /** Only of unencrypted thumbnails. */
  thumbnail_url?: MxcUri | undefined;
  /** Only of encrypted thumbnails. */
  thumbnail_file?: EncryptedFile | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
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
    thumbnail_url: z.optional(MxcUri),
    thumbnail_file: z.optional(EncryptedFile.schema),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
    is_animated: z.optional(z.boolean()),
  }),
);
