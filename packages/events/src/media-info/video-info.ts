import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type ThumbnailFields, thumbnailShape } from "./thumbnail-fields.ts";

/** What is known about a video clip. */
export interface VideoInfo extends ThumbnailFields {
  /** Milliseconds. */
  duration?: number | undefined;
  /** Height in pixels. */
  h?: number | undefined;
  /** Width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
}
/** Checks {@link VideoInfo}. */
export const VideoInfo: Model<VideoInfo> = /* @__PURE__ */ model(() =>
  obj<VideoInfo>({
    duration: z.optional(z.int()),
    h: z.optional(z.int()),
    w: z.optional(z.int()),
    mimetype: z.optional(z.string()),
    size: z.optional(z.int()),
    ...thumbnailShape(),
  }),
);
