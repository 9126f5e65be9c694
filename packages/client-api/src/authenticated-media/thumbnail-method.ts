import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** How an image is made to fit. */
export type ThumbnailMethod = OpenEnum<"crop" | "scale">;
/** Checks a {@link ThumbnailMethod}. */
export const ThumbnailMethod: Schema<ThumbnailMethod> = /* @__PURE__ */ openEnum(["crop", "scale"]);
