/// <reference types="node" preserve="true" />
/**
 * Boots homeservers in one process, for tests.
 *
 * @packageDocumentation
 */
export * from "./test-homeserver.ts";
