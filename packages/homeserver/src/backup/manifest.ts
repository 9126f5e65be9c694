import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as z from "zod/mini";
import { BackupError } from "./errors.ts";

/** The form of backups that this release writes and reads. */
export const BACKUP_FORMAT = 1;

/** The names of what lies in a backup. */
export const backupFiles: Readonly<Record<"manifest" | "database" | "media" | "signingKey", string>> = {
  manifest: "manifest.json",
  database: "patrix.db",
  media: "media",
  signingKey: "signing.key",
};

/** What a backup says of itself; it is written last, so that whatever has one is whole. Hashes are SHA-256, in lower-case hexadecimal. */
export interface Manifest {
  readonly format: number;
  /** The release that has written it. */
  readonly version: string;
  /** When the data were as they are in it, in milliseconds since the epoch. */
  readonly created_ts: number;
  readonly server_name: string;
  readonly schema: number;
  readonly database: {
    readonly bytes: number;
    readonly sha256: string;
    /** Rows and their hash by table, as a copy tells them. */
    readonly tables: Readonly<Record<string, { readonly rows: number; readonly sha256: string }>>;
  };
  /** Files of media, which are named by their hashes, and the hashes of those that were missing, or damaged, before. */
  readonly media: { readonly files: number; readonly bytes: number; readonly missing: readonly string[] };
  readonly signing_key?: { readonly sha256: string } | undefined;
}

const count = z.number().check(z.nonnegative());
const hash = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const ManifestSchema: z.ZodMiniType<Manifest> = z.object({
  format: count,
  version: z.string(),
  created_ts: count,
  server_name: z.string(),
  schema: count,
  database: z.object({ bytes: count, sha256: hash, tables: z.record(z.string(), z.object({ rows: count, sha256: hash })) }),
  media: z.object({ files: count, bytes: count, missing: z.array(hash) }),
  signing_key: z.optional(z.object({ sha256: hash })),
});

/** Reads the manifest of a backup. @throws {BackupError} `NOT_A_BACKUP`, `DAMAGED`. */
export async function readManifest(folder: string): Promise<Manifest> {
  let text: string;
  try {
    text = await readFile(join(folder, backupFiles.manifest), "utf8");
  } catch (error) {
    throw new BackupError("NOT_A_BACKUP", `${folder} is no backup: it has no ${backupFiles.manifest} that can be read`, error);
  }
  const result = z.safeParse(ManifestSchema, parsed(text));
  if (!result.success) throw new BackupError("DAMAGED", `${join(folder, backupFiles.manifest)} is not as it was written`);
  if (result.data.format !== BACKUP_FORMAT)
    throw new BackupError(
      "NOT_A_BACKUP",
      `${folder} has the format ${result.data.format}, this release reads ${BACKUP_FORMAT}: use a newer release`,
    );
  return result.data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
