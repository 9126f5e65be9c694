/**
 * The part `policy` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { PolicyRuleContent, policyRuleRoom, policyRuleServer, policyRuleUser } from "../index.ts";
