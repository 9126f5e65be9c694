import type { Manifest } from "../backup/manifest.ts";
import { type BackupOptions, writeBackup } from "../backup/write-backup.ts";
import type { Config } from "../config/config.ts";
import { readMediaStore } from "./open-media-store.ts";
import { signingKeyPath } from "./signing-key-path.ts";
import { openSnapshot } from "./open-snapshot.ts";

/**
 * Writes a backup of a server to a folder: the database, of either engine, as one SQLite file; media, also those of a bucket; and the signing key. The server may
 * run meanwhile: everything is as it was at one moment.
 *
 * @param folder - Is not there yet, or empty.
 * @throws {BackupError} `NOT_EMPTY`. @throws {MediaError} `STORE_FAILED`. @throws {StoreError} `NOT_A_DATABASE`, `UNREACHABLE`, `SCHEMA_TOO_NEW`, `SCHEMA_TOO_OLD`, `UNFINISHED_COPY`.
 * @example
 * await backUp(await loadConfig("patrix.yaml"), "/backups/2026-11-29");
 */
export async function backUp(config: Config, folder: string, options: BackupOptions = {}): Promise<Manifest> {
  await using snapshot = await openSnapshot(config);
  const media = await readMediaStore(config);
  return await writeBackup({ snapshot, media, signingKeyPath: signingKeyPath(config), now: Date.now() }, folder, options);
}
