import type { IndexedDBMounts } from "@patrix/idb-sqlite";
import { ClientError, type ClientErrorCode } from "../errors.ts";
import { deleteDatabases } from "../stores/delete-databases.ts";
import type { KeyStore } from "../stores/store.ts";

/** Separates the name of a device from the names of its databases. */
const separator = "::";

/**
 * Keeps keys in an SQLite file, which the engine sees as databases of the global `indexedDB`: it knows no other place. Several
 * accounts of a process have one global, and a file each.
 */
export function sqliteKeys(path: string, passphrase: string | undefined): KeyStore {
  return {
    async open(name) {
      const { createMounts, installIndexedDB, openIndexedDB } = await import("@patrix/idb-sqlite");
      const mounts = attempt(() => globalMounts() ?? install(createMounts(), installIndexedDB));
      const file = attempt(() => openIndexedDB(path));
      let unmount: () => void;
      try {
        unmount = attempt(() => mounts.mount(name + separator, file));
      } catch (error) {
        file.close();
        throw error;
      }
      return {
        name,
        passphrase,
        async close() {
          unmount();
          // Whatever the engine still holds open is closed with the file.
          file.close();
        },
      };
    },
    async remove(name) {
      const { openIndexedDB } = await import("@patrix/idb-sqlite");
      using file = attempt(() => openIndexedDB(path));
      await deleteDatabases(file, name + separator);
    },
  };
}

/** The mounts that this package has installed, whichever copy of it. */
function globalMounts(): IndexedDBMounts | undefined {
  const installed: unknown = Reflect.get(globalThis, "indexedDB");
  return typeof installed === "object" && installed !== null && "mount" in installed ? (installed as IndexedDBMounts) : undefined;
}

function install(mounts: IndexedDBMounts, installGlobal: (factory: IDBFactory) => unknown): IndexedDBMounts {
  installGlobal(mounts);
  return mounts;
}

const codes: Readonly<Record<string, ClientErrorCode>> = {
  ALREADY_MOUNTED: "STORE_IN_USE",
  FILE_IN_USE: "STORE_IN_USE",
  GLOBAL_IN_USE: "UNSUPPORTED_PLATFORM",
  UNSUPPORTED_PLATFORM: "UNSUPPORTED_PLATFORM",
};

/** Gives errors of the file a code of this package. */
function attempt<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw new ClientError(codes[String(error.code)] ?? "ENCRYPTION_FAILED", `the keys of encryption: ${error.message}`, error);
  }
}
