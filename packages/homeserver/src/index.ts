/**
 * A Matrix homeserver on an embedded database.
 *
 * @packageDocumentation
 */
export * from "./log/core.ts";
