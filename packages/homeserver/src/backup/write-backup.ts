import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { DiskMediaStore } from "../media/disk-media-store.ts";
import type { MediaReader } from "../media/media-store.ts";
import { storedMedia } from "../media/stored-media.ts";
import { digest } from "../store/copy/copy-store.ts";
import { readTables } from "../store/copy/tables.ts";
import { StoreError } from "../store/errors.ts";
import { migrations } from "../store/schema.ts";
import type { Snapshot } from "../store/snapshot.ts";
import { SqliteSnapshot } from "../store/sqlite/sqlite-snapshot.ts";
import { metaValue, UNFINISHED_COPY } from "../store/statements/shards.ts";
import { VERSION } from "../version.ts";
import { BackupError } from "./errors.ts";
import { digestFile, syncToDisk } from "./files.ts";
import { BACKUP_FORMAT, backupFiles, type Manifest } from "./manifest.ts";

/** How far a backup, or its restoration, has got. */
export interface BackupProgress {
  readonly step: "database" | "media" | "hashes";
  readonly done: number;
  readonly of: number;
}

/** How a backup is followed, and ended early. */
export interface BackupOptions {
  readonly progress?: ((progress: BackupProgress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What is backed up. */
export interface BackupSource {
  /** Closed as soon as it is written. */
  readonly snapshot: Snapshot;
  readonly media: Pick<MediaReader, "open">;
  readonly signingKeyPath: string | undefined;
  /** When the snapshot was taken, in milliseconds since the epoch. */
  readonly now: number;
}

/**
 * Writes a backup to a folder that is not there, or empty: beside it, under a name of its own, which it loses once everything is on the
 * disk. So what is cut off never stands under the name of a backup.
 *
 * @throws {BackupError} `NOT_EMPTY`. @throws {StoreError} `NOT_A_DATABASE`, `UNFINISHED_COPY`. @throws What aborted the signal.
 */
export async function writeBackup(source: BackupSource, folder: string, options: BackupOptions = {}): Promise<Manifest> {
  const to = resolve(folder);
  if (existsSync(to) && (await readdir(to)).length > 0)
    throw new BackupError("NOT_EMPTY", `${folder} holds something already: take a folder that is empty, or not there`);
  await mkdir(dirname(to), { recursive: true });
  const unfinished = await mkdtemp(join(dirname(to), `${basename(to)}.unfinished-`));
  try {
    const manifest = await fill(unfinished, source, options);
    options.signal?.throwIfAborted();
    await rename(unfinished, to);
    await syncToDisk(dirname(to));
    return manifest;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function fill(folder: string, source: BackupSource, options: BackupOptions): Promise<Manifest> {
  const { snapshot, signingKeyPath, now } = source;
  const { progress, signal } = options;
  const serverName = (await snapshot.get(metaValue, "server_name"))?.value;
  if (serverName === undefined) throw new StoreError("NOT_A_DATABASE", "the database holds no data of a server");
  if ((await snapshot.get(metaValue, UNFINISHED_COPY)) !== undefined)
    throw new StoreError("UNFINISHED_COPY", "the database holds the beginning of a copy: run the same copy again, which goes on with it");
  const database = join(folder, backupFiles.database);
  await snapshot.saveAs(database, { progress: ({ done, of }) => progress?.({ step: "database", done, of }), signal });
  // What it holds on to costs the server something: SQLite's log of changes grows meanwhile.
  await snapshot[Symbol.asyncDispose]();
  await using copy = SqliteSnapshot.open(database);
  const media = await saveMedia(folder, copy, { media: source.media, ...options });
  const manifest: Manifest = {
    format: BACKUP_FORMAT,
    version: VERSION,
    created_ts: now,
    server_name: serverName,
    schema: migrations.at(-1)?.version ?? 0,
    database: { ...(await digestFile(database, signal)), tables: await digestTables(copy, options) },
    media,
    ...(signingKeyPath !== undefined && existsSync(signingKeyPath) && { signing_key: await saveKey(folder, signingKeyPath) }),
  };
  await syncToDisk(database);
  const path = join(folder, backupFiles.manifest);
  await writeFile(path, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600, flush: true });
  await syncToDisk(folder);
  return manifest;
}

/** Copies the files that the database names. */
async function saveMedia(
  folder: string,
  snapshot: Snapshot,
  { media, progress, signal }: BackupOptions & Pick<BackupSource, "media">,
): Promise<Manifest["media"]> {
  const target = await DiskMediaStore.open(join(folder, backupFiles.media));
  const missing = new Set<string>();
  const saved = { files: 0, bytes: 0 };
  for await (const { sha256 } of storedMedia(snapshot)) {
    signal?.throwIfAborted();
    // Several IDs may have the same content.
    if (missing.has(sha256) || (await target.open(sha256))) continue;
    const file = await media.open(sha256);
    const stored = file && (await target.put(file.read(), Number.POSITIVE_INFINITY));
    if (stored?.sha256 === sha256) {
      saved.files++;
      saved.bytes += stored.sizeBytes;
    } else {
      // What is in it is not what its name says: nobody can tell what was.
      if (stored) await target.delete(stored.sha256);
      missing.add(sha256);
    }
    progress?.({ step: "media", done: saved.files, of: saved.files });
  }
  return { ...saved, missing: [...missing] };
}

async function digestTables(snapshot: Snapshot, { progress, signal }: BackupOptions): Promise<Manifest["database"]["tables"]> {
  const digests: Record<string, { rows: number; sha256: string }> = {};
  const tables = readTables();
  for (const [done, table] of tables.entries()) {
    signal?.throwIfAborted();
    progress?.({ step: "hashes", done, of: tables.length });
    const { rows, hash } = await digest(snapshot, table);
    digests[table.name] = { rows, sha256: hash };
  }
  return digests;
}

async function saveKey(folder: string, from: string): Promise<{ sha256: string }> {
  const path = join(folder, backupFiles.signingKey);
  await copyFile(from, path);
  await chmod(path, 0o600);
  await syncToDisk(path);
  return { sha256: (await digestFile(path)).sha256 };
}
