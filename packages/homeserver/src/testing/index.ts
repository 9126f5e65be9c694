/// <reference types="node" preserve="true" />
/**
 * Boots homeservers in one process, for tests.
 *
 * @packageDocumentation
 */
export * from "./local-homeserver.ts";
export * from "./network-faults.ts";
export * from "./test-database.ts";
export * from "./test-homeserver.ts";
export * from "./test-network.ts";
export * from "./test-peer.ts";
export * from "./test-requests.ts";
