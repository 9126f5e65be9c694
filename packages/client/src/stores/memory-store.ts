import { KeyedQueue } from "@patrix/concurrency";
import { Slices } from "../slices.ts";
import type { Store, StoreTable } from "./store.ts";

/** Keeps everything in memory and loses it with the process; the default store. */
export function memoryStore<Table extends string = StoreTable>(): Store<Table> {
  const tables = new Map<Table, Map<string, string>>();
  const entries = (table: Table): Map<string, string> => {
    const known = tables.get(table) ?? new Map<string, string>();
    tables.set(table, known);
    return known;
  };
  // A long write has others take their turns while it goes on.
  const queue = new KeyedQueue<"store">();
  return {
    kind: "memory",
    get: (table, key) =>
      queue.run("store", async () => {
        const text = entries(table).get(key);
        return text === undefined ? undefined : JSON.parse(text);
      }),
    all: (table) => queue.run("store", async () => new Map([...entries(table)].map(([key, text]) => [key, JSON.parse(text)]))),
    write: (changes) =>
      queue.run("store", async () => {
        const slices = new Slices();
        // Everything is encoded before anything is changed: a value that is no JSON leaves the store as it was.
        const encoded: { readonly table: Table; readonly key: string; readonly text: string | undefined }[] = [];
        for (const { table, key, value } of changes) {
          if (slices.isOver) await slices.next();
          encoded.push({ table, key, text: value === undefined ? undefined : JSON.stringify(value) });
        }
        for (const { table, key, text } of encoded) {
          if (text === undefined) entries(table).delete(key);
          else entries(table).set(key, text);
        }
      }),
    async [Symbol.asyncDispose]() {},
  };
}
