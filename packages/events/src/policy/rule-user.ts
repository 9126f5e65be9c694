import { type EventDefinition, stateEvent } from "../registry/define.ts";
import { PolicyRuleContent } from "./policy-rule.ts";

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.policy.rule.user": PolicyRuleContent;
  }
}

/**
 * Defines `m.policy.rule.user`: a rule about users.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleuser}
 */
export const policyRuleUser: EventDefinition<"state", "m.policy.rule.user", PolicyRuleContent> = /* @__PURE__ */ stateEvent(
  "m.policy.rule.user",
  PolicyRuleContent,
);
