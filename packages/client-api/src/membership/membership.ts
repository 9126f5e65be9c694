import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** The relation of a user to a room. */
export type Membership = OpenEnum<"invite" | "join" | "knock" | "leave" | "ban">;
/** Checks a {@link Membership}. */
export const Membership: Schema<Membership> = /* @__PURE__ */ openEnum(["invite", "join", "knock", "leave", "ban"]);
