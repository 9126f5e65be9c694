import { createReadStream, existsSync } from "node:fs";
import { copyFile, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { position } from "../log/position.ts";
import { DiskMediaStore } from "../media/disk-media-store.ts";
import { isContentHash } from "../media/content-path.ts";
import type { MediaReader, MediaStore } from "../media/media-store.ts";
import { storedMedia } from "../media/stored-media.ts";
import { copyStore } from "../store/copy/copy-store.ts";
import { readTables } from "../store/copy/tables.ts";
import { makeFolder } from "../store/make-folder.ts";
import { lockDataFile } from "../store/sqlite/lock-data-file.ts";
import { toSingleFile } from "../store/sqlite/single-file.ts";
import { SqliteSnapshot } from "../store/sqlite/sqlite-snapshot.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { operation } from "../store/statement.ts";
import { advanceShards, metaValue, UNFINISHED_COPY } from "../store/statements/shards.ts";
import type { Store } from "../store/store.ts";
import { BackupError } from "./errors.ts";
import { digestFile, requireDigest, syncToDisk } from "./files.ts";
import { backupFiles, type Manifest, readManifest } from "./manifest.ts";
import type { BackupOptions } from "./write-backup.ts";

/**
 * How far the log moves on, in counters of each shard: further than a server comes in the life of a backup. Clients have seen positions
 * after the backup, which must not be given to other events: they would take those for known.
 */
const SKIPPED_COUNTERS = 2 ** 32;

/** Where a backup is restored to. */
export interface RestoreTarget {
  readonly serverName: string;
  readonly dataDir: string;
  readonly media: MediaStore;
  readonly signingKeyPath: string;
  /** The path of the file that becomes the database, or the empty database. */
  readonly database: string | Store;
}

/** What was restored. */
export interface RestoredBackup {
  readonly manifest: Manifest;
}

/**
 * Restores a backup to where there is nothing yet: media and the signing key first, the database last and at once, so that no server starts
 * on half of it. What was cut off is done by the same call.
 *
 * @throws {BackupError} `NOT_A_BACKUP`, `DAMAGED`, `NOT_EMPTY`. @throws {StoreError} Those of a copy. @throws What aborted the signal.
 */
export async function restoreBackup(folder: string, target: RestoreTarget, options: BackupOptions = {}): Promise<RestoredBackup> {
  const manifest = await readManifest(folder);
  if (manifest.server_name !== target.serverName)
    throw new BackupError("NOT_A_BACKUP", `${folder} is of ${manifest.server_name}, not of ${target.serverName}: set server_name`);
  options.progress?.({ step: "hashes", done: 0, of: 1 });
  await requireDigest(join(folder, backupFiles.database), manifest.database, options.signal);
  if (manifest.signing_key) await requireDigest(join(folder, backupFiles.signingKey), manifest.signing_key);
  const { database } = target;
  makeFolder(target.dataDir);
  if (typeof database !== "string") {
    await requireEmptyStore(database, manifest);
    await restoreInto(folder, manifest, {
      ...target,
      options,
      workFolder: target.dataDir,
      finish: (file) => copyInto(file, database, options),
    });
  } else {
    makeFolder(dirname(database));
    const unlock = lockDataFile(database);
    try {
      for (const path of [database, `${database}-wal`])
        if (existsSync(path)) throw new BackupError("NOT_EMPTY", `${path} is there already`);
      await restoreInto(folder, manifest, { ...target, options, workFolder: dirname(database), finish: (file) => rename(file, database) });
      await syncToDisk(dirname(database));
    } finally {
      unlock();
    }
  }
  return { manifest };
}

async function restoreInto(
  folder: string,
  manifest: Manifest,
  target: Pick<RestoreTarget, "media" | "signingKeyPath"> & {
    readonly options: BackupOptions;
    /** Where the database is made ready. */
    readonly workFolder: string;
    readonly finish: (file: string) => Promise<void>;
  },
): Promise<void> {
  const { workFolder, media, signingKeyPath, options, finish } = target;
  const temporary = await mkdtemp(join(workFolder, ".restore-"));
  try {
    const file = await prepareDatabase(folder, temporary);
    const from = DiskMediaStore.reading(join(folder, backupFiles.media));
    await requireOnlyMediaOf(from, media);
    await restoreMedia(file, from, { media, missing: new Set(manifest.media.missing), options });
    if (manifest.signing_key) await restoreKey(join(folder, backupFiles.signingKey), signingKeyPath, manifest.signing_key.sha256);
    options.signal?.throwIfAborted();
    await finish(file);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** Copies the database, brings it up to date, and moves its log on. @returns The path of the copy. */
async function prepareDatabase(folder: string, temporary: string): Promise<string> {
  const file = join(temporary, backupFiles.database);
  await copyFile(join(folder, backupFiles.database), file);
  {
    await using store = await SqliteStore.open(file);
    await store.commit([operation(advanceShards, position(SKIPPED_COUNTERS, 0))]);
  }
  toSingleFile(file);
  await syncToDisk(file);
  return file;
}

async function copyInto(file: string, store: Store, { progress, signal }: BackupOptions): Promise<void> {
  await using snapshot = SqliteSnapshot.open(file);
  await copyStore(snapshot, store, {
    progress: ({ rows, of }) => progress?.({ step: "database", done: rows, of }),
    ...(signal && { signal }),
  });
}

/** A store may hold the beginning of this restoration. */
async function requireEmptyStore(store: Store, { server_name: serverName }: Manifest): Promise<void> {
  if ((await store.get(metaValue, UNFINISHED_COPY))?.value === serverName) return;
  for (const { name, count } of readTables())
    if (((await store.get(count))?.count ?? 0) > 0)
      throw new BackupError("NOT_EMPTY", `the database holds data already, in ${name}: take an empty one`);
}

/** Refuses a folder or bucket with media that are not of the backup; those that are may have come from a restoration that was cut off. */
async function requireOnlyMediaOf(backup: MediaReader, target: MediaReader): Promise<void> {
  for await (const name of target.names())
    if (!isContentHash(name) || !(await backup.open(name)))
      throw new BackupError("NOT_EMPTY", "there are other media already: take an empty media folder, or another media.s3.prefix");
}

async function restoreMedia(
  database: string,
  from: MediaReader,
  {
    media: target,
    missing,
    options: { progress, signal },
  }: { readonly media: MediaStore; readonly missing: ReadonlySet<string>; readonly options: BackupOptions },
): Promise<void> {
  await using snapshot = SqliteSnapshot.open(database);
  let done = 0;
  for await (const { sha256 } of storedMedia(snapshot)) {
    signal?.throwIfAborted();
    if (missing.has(sha256) || (await target.open(sha256))) continue;
    const file = await from.open(sha256);
    const stored = file && (await target.put(file.read(), Number.POSITIVE_INFINITY));
    if (stored?.sha256 !== sha256) {
      if (stored) await target.delete(stored.sha256);
      throw new BackupError("DAMAGED", `the backup has no file with the content hash ${sha256}`);
    }
    progress?.({ step: "media", done: ++done, of: done });
  }
}

async function restoreKey(from: string, to: string, sha256: string): Promise<void> {
  if (existsSync(to)) {
    if ((await digestFile(to)).sha256 === sha256) return;
    throw new BackupError("NOT_EMPTY", `${to} holds another signing key`);
  }
  makeFolder(dirname(to));
  await writeFile(to, createReadStream(from), { mode: 0o600, flag: "wx", flush: true });
}
