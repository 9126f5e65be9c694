/**
 * Keeps a client's data in a file, on Node.
 *
 * @packageDocumentation
 */
export { sqliteStore, type SqliteStoreOptions } from "./sqlite-store.ts";
