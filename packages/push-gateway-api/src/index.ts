/**
 * The push gateway API as typed endpoints.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./notify.ts";
export * from "./operation-id.ts";
