/**
 * Bots: commands, middleware, autojoin.
 *
 * @packageDocumentation
 */
export { readDuration } from "./arg-values.ts";
export { type ArgSpec, formatUsage, parseArgs, parseArgsSpec, type ParsedArgs } from "./args-spec.ts";
export type { Args, ArgTypes } from "./args-types.ts";
export type { AutojoinOptions, Bot, CommandOptions, Ctx, Middleware } from "./bot.ts";
export { type BotCredentials, type BotOptions, createBot } from "./create-bot.ts";
export { BotError } from "./errors.ts";
export { patiently, type PatienceOptions } from "./patiently.ts";
export { maxPolicyRules, type PolicyKind, type PolicyRule, policyRulesOf } from "./policy-rules.ts";
