import { existsSync, mkdirSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { StoreError } from "./errors.ts";

/**
 * Makes a folder and those above it, for this user alone, one by one: Node's recursive `mkdir` never returns where the system says of a
 * folder that is there that it is not, as Linux does below `/proc`.
 *
 * @throws {StoreError} `NOT_WRITABLE` if one of them cannot be made.
 */
export function makeFolder(path: string): void {
  const missing: string[] = [];
  for (let at = resolve(path); !existsSync(at); at = dirname(at)) missing.push(at);
  for (const folder of missing.toReversed()) {
    try {
      mkdirSync(folder, { mode: 0o700 });
    } catch (error) {
      // Another process may have been faster.
      if (existsSync(folder)) continue;
      throw new StoreError("NOT_WRITABLE", `the folder ${folder} cannot be made: choose another data_dir`, error);
    }
  }
}
