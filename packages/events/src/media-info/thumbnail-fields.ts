import type { Shape } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "./encrypted-file.ts";
import { ThumbnailInfo } from "./thumbnail-info.ts";

/** The fields that tell the thumbnail of a file, image, video or place. */
export interface ThumbnailFields {
  /** Only of unencrypted thumbnails. */
  thumbnail_url?: MxcUri | undefined;
  /** Only of encrypted thumbnails. */
  thumbnail_file?: EncryptedFile | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
}

/** The checks of {@link ThumbnailFields}, to spread into those of what has a thumbnail. */
export function thumbnailShape(): Shape<ThumbnailFields> {
  return {
    thumbnail_url: z.optional(MxcUri),
    thumbnail_file: z.optional(EncryptedFile.schema),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
  };
}
