/**
 * The application service API as typed endpoints, and registrations.
 *
 * @packageDocumentation
 */
export * from "./errors.ts";
export * from "./event/push-events.ts";
export * from "./ping/send-ping.ts";
export * from "./query/query-room-alias.ts";
export * from "./query/query-user-id.ts";
export * from "./registration/match-namespace.ts";
export * from "./registration/registration.ts";
export * from "./thirdparty/get-location-for-protocol.ts";
export * from "./thirdparty/get-location-for-room-alias.ts";
export * from "./thirdparty/get-protocol.ts";
export * from "./thirdparty/get-user-for-protocol.ts";
export * from "./thirdparty/get-user-for-user-id.ts";
export * from "./thirdparty/protocol-path.ts";
