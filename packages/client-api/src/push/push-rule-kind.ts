import { type OpenEnum, openEnum } from "@patrix/api";
import { type Schema } from "@patrix/identifiers";

/** The kind of a push rule, which sets its priority: override, content, room, sender, underride. */
export type PushRuleKind = OpenEnum<"override" | "underride" | "sender" | "room" | "content">;
/** Checks a {@link PushRuleKind}. */
export const PushRuleKind: Schema<PushRuleKind> = /* @__PURE__ */ openEnum(["override", "underride", "sender", "room", "content"]);
