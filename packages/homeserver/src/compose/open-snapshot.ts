import { join } from "node:path";
import type { Config } from "../config/config.ts";
import type { Snapshot } from "../store/snapshot.ts";
import { SqliteSnapshot } from "../store/sqlite/sqlite-snapshot.ts";

/**
 * Opens the database that the configuration names as it is at this moment, also while a server uses it.
 *
 * @throws {StoreError} `NOT_A_DATABASE`, `UNREACHABLE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`.
 */
export async function openSnapshot({ data_dir: dataDir, database: { url } }: Pick<Config, "data_dir" | "database">): Promise<Snapshot> {
  if (url === undefined) return SqliteSnapshot.open(join(dataDir, "patrix.db"));
  if (url.startsWith("sqlite:")) return SqliteSnapshot.open(url.slice("sqlite:".length));
  const { PostgresSnapshot } = await import("../store/postgres/postgres-snapshot.ts");
  return PostgresSnapshot.open(url);
}
