/**
 * Keeps a client's data in a file, and takes users to their browser and back, on Node.
 *
 * @packageDocumentation
 */
export { loopback, type LoopbackOptions } from "./loopback.ts";
export { sqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
