import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";

/** OpenGraph data of a page; further `og:` members are kept. */
export interface UrlPreview {
  /** Size of the image in bytes. */
  "matrix:image:size"?: number | undefined;
  /** Content URI of the image; absent if there is none. */
  "og:image"?: string | undefined;
}

/** Checks a {@link UrlPreview}. */
export const UrlPreview: Model<UrlPreview> = /* @__PURE__ */ model(() =>
  obj<UrlPreview>({ "matrix:image:size": z.optional(z.int()), "og:image": z.optional(z.string()) }),
);
