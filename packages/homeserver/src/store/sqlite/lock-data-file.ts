import { closeSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../errors.ts";

/** The locks that are held: a connection that nobody refers to would be collected, and its lock with it. */
const held = new Set<DatabaseSync>();

/**
 * Claims a database file for this process with a lock of the operating system, held on a file beside it. It ends with the
 * process, however that ends, and holds between containers that share the folder.
 *
 * @returns A function that gives the claim back.
 * @throws {StoreError} `DATA_IN_USE` if another process holds it, `NOT_WRITABLE` if the folder is read-only.
 */
export function lockDataFile(path: string): () => void {
  const lockPath = `${path}-lock`;
  try {
    closeSync(openSync(lockPath, "a", 0o600));
  } catch (error) {
    throw new StoreError("NOT_WRITABLE", `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  const lock = new DatabaseSync(lockPath, { timeout: 0 });
  try {
    lock.exec("pragma locking_mode = exclusive; begin exclusive");
  } catch (error) {
    lock.close();
    if (isBusy(error)) throw new StoreError("DATA_IN_USE", `${path} is in use by another server: stop it, or choose another data_dir`);
    throw new StoreError("NOT_WRITABLE", `${lockPath} cannot be locked: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  held.add(lock);
  return () => {
    held.delete(lock);
    lock.close();
  };
}

/** Whether SQLite says that someone else holds the lock: `SQLITE_BUSY`. */
function isBusy(error: unknown): boolean {
  const code = error instanceof Error && "errcode" in error ? error.errcode : undefined;
  return typeof code === "number" && (code & 0xff) === 5;
}
