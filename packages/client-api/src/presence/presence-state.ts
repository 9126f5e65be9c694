import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** Whether a user is there. */
export type PresenceState = OpenEnum<"online" | "offline" | "unavailable">;
/** Checks a {@link PresenceState}. */
export const PresenceState: Schema<PresenceState> = /* @__PURE__ */ openEnum(["online", "offline", "unavailable"]);
