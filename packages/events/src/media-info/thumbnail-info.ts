import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** What is known about a thumbnail. */
export interface ThumbnailInfo {
  /** Intended height in pixels. */
  h?: number | undefined;
  /** Intended width in pixels. */
  w?: number | undefined;
  mimetype?: string | undefined;
  /** Size in bytes. */
  size?: number | undefined;
}
/** Checks {@link ThumbnailInfo}. */
export const ThumbnailInfo: Model<ThumbnailInfo> = /* @__PURE__ */ model(() =>
  obj<ThumbnailInfo>({ h: z.optional(z.int()), w: z.optional(z.int()), mimetype: z.optional(z.string()), size: z.optional(z.int()) }),
);
