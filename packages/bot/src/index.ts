/**
 * Bots: commands, middleware, autojoin.
 *
 * @packageDocumentation
 */
export {};
