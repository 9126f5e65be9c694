import { IdbSqliteError } from "./errors.ts";
import { compareKeys } from "./keys/encode-key.ts";
import { requireKey } from "./keys/key-range.ts";
import { toName } from "./web-idl.ts";

/** One IndexedDB out of several: the beginning of a database's name says which one has it. */
export interface IndexedDBMounts extends IDBFactory {
  /**
   * Gives databases whose names begin with a prefix to a factory; of several prefixes the longest counts. The function that is
   * returned takes it back.
   *
   * @throws {IdbSqliteError} `ALREADY_MOUNTED`.
   */
  mount(prefix: string, factory: IDBFactory): () => void;
}

/**
 * Makes an IndexedDB of several files, for programs that have one global `indexedDB` and several accounts.
 *
 * @example
 * const mounts = createMounts();
 * mounts.mount("alice", openIndexedDB("./alice.db"));
 * mounts.mount("bob", openIndexedDB("./bob.db"));
 * installIndexedDB(mounts);
 */
export function createMounts(): IndexedDBMounts {
  const mounted = new Map<string, IDBFactory>();
  const factoryOf = (name: string): IDBFactory => {
    const prefix = [...mounted.keys()].filter((each) => name.startsWith(each)).sort((a, b) => b.length - a.length)[0];
    const factory = prefix === undefined ? undefined : mounted.get(prefix);
    if (factory) return factory;
    throw new IdbSqliteError("NOT_MOUNTED", `no file is mounted for a database named ${JSON.stringify(name)}`);
  };
  return {
    mount(prefix, factory) {
      if (mounted.has(prefix)) throw new IdbSqliteError("ALREADY_MOUNTED", `${JSON.stringify(prefix)} is mounted already`);
      mounted.set(prefix, factory);
      return () => void (mounted.get(prefix) === factory && mounted.delete(prefix));
    },
    open: (name, version) => factoryOf(toName(name)).open(name, version),
    deleteDatabase: (name) => factoryOf(toName(name)).deleteDatabase(name),
    databases: async () => (await Promise.all([...new Set(mounted.values())].map((factory) => factory.databases()))).flat(),
    cmp: (first: unknown, second: unknown) => compareKeys(requireKey(first), requireKey(second)),
  };
}
