import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** Who may join a room. */
export type JoinRule = OpenEnum<"public" | "knock" | "invite" | "private" | "restricted" | "knock_restricted">;
/** Checks a {@link JoinRule}. */
export const JoinRule: Schema<JoinRule> = /* @__PURE__ */ openEnum([
  "public",
  "knock",
  "invite",
  "private",
  "restricted",
  "knock_restricted",
]);
