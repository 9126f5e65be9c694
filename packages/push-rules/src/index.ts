/**
 * Push rulesets, conditions, the predefined rules, and their evaluation.
 *
 * @packageDocumentation
 */
export {};
