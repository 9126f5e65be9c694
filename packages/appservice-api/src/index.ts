/**
 * The application service API as typed endpoints, and registrations.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./call/call-appservice.ts";
export * from "./errors.ts";
export * from "./event/send-transaction.ts";
export * from "./operation-id.ts";
export * from "./ping/ping.ts";
export * from "./query/query-room-by-alias.ts";
export * from "./query/query-user-by-id.ts";
export * from "./registration/check-registration.ts";
export * from "./registration/match-namespace.ts";
export * from "./registration/registration.ts";
export * from "./thirdparty/get-protocol-metadata.ts";
export * from "./thirdparty/protocol-path.ts";
export * from "./thirdparty/query-location-by-alias.ts";
export * from "./thirdparty/query-location-by-protocol.ts";
export * from "./thirdparty/query-third-party-user-by-id.ts";
export * from "./thirdparty/query-user-by-protocol.ts";
