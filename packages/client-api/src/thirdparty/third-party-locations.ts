import { independent, model, type Model } from "@patrix/api";
import * as z from "zod/mini";
import { ThirdPartyLocation } from "./third-party-location.ts";

/** What was found. */
export type ThirdPartyLocations = ThirdPartyLocation[];
/** Checks {@link ThirdPartyLocations}. */
export const ThirdPartyLocations: Model<ThirdPartyLocations> = /* @__PURE__ */ model(() => independent(z.array(ThirdPartyLocation.schema)));
