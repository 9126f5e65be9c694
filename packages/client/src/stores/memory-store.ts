import { type Store, type StoreTable, storeTables } from "./store.ts";

/** Keeps everything in memory and loses it with the process; the default store. */
export function memoryStore(): Store {
  const tables = new Map<StoreTable, Map<string, string>>(storeTables.map((table) => [table, new Map()]));
  return {
    kind: "memory",
    async get(table, key) {
      const text = tables.get(table)?.get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async all(table) {
      return new Map([...(tables.get(table) ?? [])].map(([key, text]) => [key, JSON.parse(text)]));
    },
    async write(changes) {
      // Everything is encoded before anything is changed: a value that is no JSON leaves the store as it was.
      const encoded = changes.map(({ table, key, value }) => ({
        table,
        key,
        text: value === undefined ? undefined : JSON.stringify(value),
      }));
      for (const { table, key, text } of encoded) {
        if (text === undefined) tables.get(table)?.delete(key);
        else tables.get(table)?.set(key, text);
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
