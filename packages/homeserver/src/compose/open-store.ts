import { join } from "node:path";
import type { Config } from "../config/config.ts";
import { ConfigError } from "../config/errors.ts";
import { PostgresStore } from "../store/postgres/postgres-store.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";

/** Opens the store that the configuration names: the only place that knows which kinds there are. */
export function openStore({ data_dir: dataDir, database: { url } }: Config): Promise<Store> {
  if (url === undefined) return SqliteStore.open(join(dataDir, "patrix.db"));
  if (url.startsWith("sqlite:")) return SqliteStore.open(url.slice("sqlite:".length));
  if (/^postgres(ql)?:\/\//.test(url)) return PostgresStore.open(url);
  throw new ConfigError("INVALID", "database.url: expected sqlite: and a path, or postgres:// and where the database is");
}
