import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "./encrypted-file.ts";
import { ThumbnailInfo } from "./thumbnail-info.ts";

/** What is known about a file. */
export interface FileInfo {
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
  /** Only of unencrypted thumbnails. */
  thumbnail_url?: MxcUri | undefined;
  /** Only of encrypted thumbnails. */
  thumbnail_file?: EncryptedFile | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
}
/** Checks {@link FileInfo}. */
export const FileInfo: Model<FileInfo> = /* @__PURE__ */ model(() =>
  obj<FileInfo>({
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    thumbnail_url: z.optional(MxcUri),
    thumbnail_file: z.optional(EncryptedFile.schema),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
  }),
);
