import { independent, model, type Model } from "@patrix/api";
import * as z from "zod/mini";
import { ThirdPartyUser } from "./third-party-user.ts";

/** What was found. */
export type ThirdPartyUsers = ThirdPartyUser[];
/** Checks {@link ThirdPartyUsers}. */
export const ThirdPartyUsers: Model<ThirdPartyUsers> = /* @__PURE__ */ model(() => independent(z.array(ThirdPartyUser.schema)));
