/**
 * Push rules of proposals that are not part of the specification; names may change.
 *
 * @packageDocumentation
 */
export * from "./msc3930-polls.ts";
export * from "./msc4306-thread-subscriptions.ts";
