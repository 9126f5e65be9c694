import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type ThumbnailFields, thumbnailShape } from "./thumbnail-fields.ts";

/** What is known about a file. */
export interface FileInfo extends ThumbnailFields {
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
}
/** Checks {@link FileInfo}. */
export const FileInfo: Model<FileInfo> = /* @__PURE__ */ model(() =>
  obj<FileInfo>({
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    ...thumbnailShape(),
  }),
);
