import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";

/** Opens the store that the configuration names: the only place that knows which kinds there are. */
export async function openStore({ data_dir: dataDir, database: { url } }: Config): Promise<Store> {
  if (url === undefined) return SqliteStore.open(join(dataDir, "patrix.db"));
  if (url.startsWith("sqlite:")) return SqliteStore.open(url.slice("sqlite:".length));
  // The driver takes its share of a start, and of memory.
  const { PostgresStore } = await import("../store/postgres/postgres-store.ts");
  return PostgresStore.open(url);
}
