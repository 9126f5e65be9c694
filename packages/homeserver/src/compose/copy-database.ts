import { existsSync } from "node:fs";
import { parseConfig } from "../config/load-config.ts";
import { type CopiedTable, type CopyOptions, copyStore } from "../store/copy/copy-store.ts";
import { StoreError } from "../store/errors.ts";
import { openStore } from "./open-store.ts";

/**
 * Copies the data of a server from one database to another, between engines too, while no server uses either. Media are in files, and stay
 * where they are.
 *
 * @param from What `database.url` of the configuration says. @param to As well; an empty database, or a copy that was ended early.
 * @throws {StoreError} `NOT_A_DATABASE`, `NOT_EMPTY`, `COPY_DIFFERS`, `DATA_IN_USE` and others. @throws {ConfigError} `INVALID` for a wrong URL.
 * @example
 * await copyDatabase("sqlite:./patrix-data/patrix.db", "postgres://patrix@/patrix?host=/run/postgresql");
 */
export async function copyDatabase(from: string, to: string, options: CopyOptions = {}): Promise<CopiedTable[]> {
  const [source, target] = [from, to].map((url) => parseConfig({ database: { url } }));
  if (!source || !target) throw new RangeError("there are two databases");
  // Opening a file would make it.
  const file = from.startsWith("sqlite:") ? from.slice("sqlite:".length) : undefined;
  if (file !== undefined && !existsSync(file)) throw new StoreError("NOT_A_DATABASE", `there is no file ${file}`);
  await using fromStore = await openStore(source);
  await using toStore = await openStore(target);
  return await copyStore(fromStore, toStore, options);
}
