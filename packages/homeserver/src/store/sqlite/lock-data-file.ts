import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { StoreError } from "../errors.ts";

/** The lock files that this process holds: its own process ID in another file is a leftover of an earlier run. */
const held = new Set<string>();

/**
 * Claims a database file for this process by a lock file that names its process ID; a claim of a dead process is taken over.
 *
 * @returns A function that gives the claim back.
 * @throws {StoreError} `DATA_IN_USE` if a living process holds it, `NOT_WRITABLE` if the folder is read-only.
 */
export function lockDataFile(path: string): () => void {
  const lockPath = `${path}.lock`;
  for (let attempt = 0; ; attempt++) {
    try {
      const file = openSync(lockPath, "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      held.add(lockPath);
      return () => {
        held.delete(lockPath);
        rmSync(lockPath, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST")
        throw new StoreError("NOT_WRITABLE", `${path} cannot be written: ${(error as Error).message}`, error);
    }
    const holder = readHolder(lockPath);
    if (holder !== undefined && (attempt > 0 || isAlive(holder, lockPath)))
      throw new StoreError("DATA_IN_USE", `${path} is in use by process ${holder}: stop it, or choose another data_dir`);
    rmSync(lockPath, { force: true });
  }
}

function readHolder(lockPath: string): number | undefined {
  try {
    return Number(readFileSync(lockPath, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number, lockPath: string): boolean {
  if (pid === process.pid) return held.has(lockPath);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
