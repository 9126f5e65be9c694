import { type EventDefinition, stateEvent } from "../registry/define.ts";
import { PolicyRuleContent } from "./policy-rule.ts";

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.policy.rule.room": PolicyRuleContent;
  }
}

/**
 * Defines `m.policy.rule.room`: a rule about rooms, by room ID or alias.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleroom}
 */
export const policyRuleRoom: EventDefinition<"state", "m.policy.rule.room", PolicyRuleContent> = /* @__PURE__ */ stateEvent(
  "m.policy.rule.room",
  PolicyRuleContent,
);
