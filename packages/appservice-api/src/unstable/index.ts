/**
 * What open proposals add to the application service API. It may change in any release.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./msc3983-claim-keys.ts";
export * from "./msc4203-transaction.ts";
export * from "./registration-extensions.ts";
