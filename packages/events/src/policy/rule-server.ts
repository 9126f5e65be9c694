import { type EventDefinition, stateEvent } from "../registry/define.ts";
import { PolicyRuleContent } from "./policy-rule.ts";

declare module "../registry/define.ts" {
  interface StateEventMap {
    "m.policy.rule.server": PolicyRuleContent;
  }
}

/**
 * Defines `m.policy.rule.server`: a rule about servers.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mpolicyruleserver}
 */
export const policyRuleServer: EventDefinition<"state", "m.policy.rule.server", PolicyRuleContent> = /* @__PURE__ */ stateEvent(
  "m.policy.rule.server",
  PolicyRuleContent,
);
