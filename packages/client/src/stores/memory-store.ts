import type { Store, StoreTable } from "./store.ts";

/** Keeps everything in memory and loses it with the process; the default store. */
export function memoryStore<Table extends string = StoreTable>(): Store<Table> {
  const tables = new Map<Table, Map<string, string>>();
  const entries = (table: Table): Map<string, string> => {
    const known = tables.get(table) ?? new Map<string, string>();
    tables.set(table, known);
    return known;
  };
  return {
    kind: "memory",
    async get(table, key) {
      const text = entries(table).get(key);
      return text === undefined ? undefined : JSON.parse(text);
    },
    async all(table) {
      return new Map([...entries(table)].map(([key, text]) => [key, JSON.parse(text)]));
    },
    async write(changes) {
      // Everything is encoded before anything is changed: a value that is no JSON leaves the store as it was.
      const encoded = changes.map(({ table, key, value }) => ({
        table,
        key,
        text: value === undefined ? undefined : JSON.stringify(value),
      }));
      for (const { table, key, text } of encoded) {
        if (text === undefined) entries(table).delete(key);
        else entries(table).set(key, text);
      }
    },
    async [Symbol.asyncDispose]() {},
  };
}
