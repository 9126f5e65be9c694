/**
 * Keeps a client's data in a browser.
 *
 * @packageDocumentation
 */
export { indexedDBStore, type IndexedDBStoreOptions } from "./indexed-db-store.ts";
export { persistStorage } from "./persist-storage.ts";
