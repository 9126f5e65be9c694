/// <reference types="node" preserve="true" />
/**
 * Boots homeservers in one process, for tests.
 *
 * @packageDocumentation
 */
export type { Lie, Lies } from "./lies.ts";
export * from "./local-homeserver.ts";
export * from "./network-faults.ts";
export type { NetworkRequest } from "./network-request.ts";
export * from "./test-clock.ts";
export * from "./test-database.ts";
export * from "./test-federation.ts";
export * from "./test-homeserver.ts";
export * from "./test-network.ts";
export * from "./test-peer.ts";
export * from "./test-requests.ts";
