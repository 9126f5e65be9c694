import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** The kind of a third-party address: a mail address, or a phone number in its international form without `+`. */
export type ThreepidMedium = OpenEnum<"email" | "msisdn">;
/** Checks a {@link ThreepidMedium}. */
export const ThreepidMedium: Schema<ThreepidMedium> = /* @__PURE__ */ openEnum(["email", "msisdn"]);
