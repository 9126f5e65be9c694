/**
 * Push rulesets, conditions, the predefined rules, and their evaluation.
 *
 * @packageDocumentation
 */
export * from "./action.ts";
export type { ConditionKind } from "./compile-condition.ts";
export * from "./compile-ruleset.ts";
export * from "./edit-ruleset.ts";
export * from "./errors.ts";
export * from "./evaluate-push-rules.ts";
export { compileGlob } from "./glob.ts";
export type { GlobScope } from "./glob.ts";
export * from "./predefined-rules.ts";
export * from "./property-path.ts";
export * from "./push-condition.ts";
export * from "./push-context.ts";
export { compileMemberCount } from "./room-member-count.ts";
export * from "./ruleset.ts";
