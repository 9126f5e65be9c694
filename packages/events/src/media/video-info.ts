import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "./encrypted-file.ts";
import { ThumbnailInfo } from "./thumbnail-info.ts";

/** What is known about a video clip. */
export interface VideoInfo {
  /** Milliseconds. */
  duration?: number | undefined;
  /** Height in pixels. */
  h?: number | undefined;
  /** Width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
  /** Only of unencrypted thumbnails. */
  thumbnail_url?: MxcUri | undefined;
  /** Only of encrypted thumbnails. */
  thumbnail_file?: EncryptedFile | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
}
/** Checks {@link VideoInfo}. */
export const VideoInfo: Model<VideoInfo> = /* @__PURE__ */ model(() =>
  obj<VideoInfo>({
    duration: z.optional(z.int()),
    h: z.optional(z.int()),
    w: z.optional(z.int()),
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    thumbnail_url: z.optional(MxcUri),
    thumbnail_file: z.optional(EncryptedFile.schema),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
  }),
);
