import { join } from "node:path";
import { type RestoredBackup, restoreBackup, type RestoreTarget } from "../backup/restore-backup.ts";
import type { BackupOptions } from "../backup/write-backup.ts";
import type { Config } from "../config/config.ts";
import { openMediaStore } from "./open-media-store.ts";
import { openStore } from "./open-store.ts";
import { signingKeyPath } from "./signing-key-path.ts";

/**
 * Restores a backup to the data folder and the database that the configuration names, which must be empty: a backup of either engine to
 * either engine. No server runs there meanwhile.
 *
 * @throws {BackupError} `NOT_A_BACKUP`, `DAMAGED`, `NOT_EMPTY`. @throws {MediaError} `STORE_FAILED`. @throws {StoreError} `DATA_IN_USE`, `NOT_WRITABLE`, `UNREACHABLE` and others.
 * @example
 * await restore(await loadConfig("patrix.yaml"), "/backups/2026-11-29");
 */
export async function restore(config: Config, folder: string, options: BackupOptions = {}): Promise<RestoredBackup> {
  const { data_dir: dataDir, database, server_name: serverName } = config;
  const target: Omit<RestoreTarget, "database"> = {
    serverName,
    dataDir,
    media: await openMediaStore(config),
    signingKeyPath: signingKeyPath(config),
  };
  const { url } = database;
  if (url === undefined || url.startsWith("sqlite:")) {
    const path = url?.slice("sqlite:".length) ?? join(dataDir, "patrix.db");
    return restoreBackup(folder, { ...target, database: path }, options);
  }
  await using store = await openStore(config);
  return await restoreBackup(folder, { ...target, database: store }, options);
}
