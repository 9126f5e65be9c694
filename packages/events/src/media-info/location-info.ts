import { type Model, model, obj } from "@patrix/api";
import { type ThumbnailFields, thumbnailShape } from "./thumbnail-fields.ts";

/** What is known about the picture of a place. */
export interface LocationInfo extends ThumbnailFields {}
/** Checks {@link LocationInfo}. */
export const LocationInfo: Model<LocationInfo> = /* @__PURE__ */ model(() => obj<LocationInfo>(thumbnailShape()));
