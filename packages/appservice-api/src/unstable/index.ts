/**
 * Additions of open proposals to the application service API. They may change in any release.
 *
 * @packageDocumentation
 */
export * from "./msc3983-claim-keys.ts";
export * from "./msc4203-transaction.ts";
