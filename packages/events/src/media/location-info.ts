import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";
import { EncryptedFile } from "./encrypted-file.ts";
import { ThumbnailInfo } from "./thumbnail-info.ts";

/** What is known about the picture of a place. */
export interface LocationInfo {
  /** Only of unencrypted thumbnails. */
  thumbnail_url?: MxcUri | undefined;
  /** Only of encrypted thumbnails. */
  thumbnail_file?: EncryptedFile | undefined;
  thumbnail_info?: ThumbnailInfo | undefined;
}
/** Checks {@link LocationInfo}. */
export const LocationInfo: Model<LocationInfo> = /* @__PURE__ */ model(() =>
  obj<LocationInfo>({
    thumbnail_url: z.optional(MxcUri),
    thumbnail_file: z.optional(EncryptedFile.schema),
    thumbnail_info: z.optional(ThumbnailInfo.schema),
  }),
);
