import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { BackupError } from "./errors.ts";

/** How large a file is, and what is in it. */
export interface FileDigest {
  readonly bytes: number;
  /** Lower-case hexadecimal. */
  readonly sha256: string;
}

/** Measures and hashes a file. */
export async function digestFile(path: string, signal?: AbortSignal): Promise<FileDigest> {
  const hash = createHash("sha256");
  let bytes = 0;
  // A stream yields buffers unless it is told an encoding.
  for await (const chunk of createReadStream(path, { signal }) as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    hash.update(chunk);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Checks that a file of a backup is as the manifest says. @throws {BackupError} `DAMAGED`. */
export async function requireDigest(path: string, said: Partial<FileDigest>, signal?: AbortSignal): Promise<void> {
  let found: FileDigest;
  try {
    found = await digestFile(path, signal);
  } catch (error) {
    signal?.throwIfAborted();
    throw new BackupError("DAMAGED", `${path} cannot be read`, error);
  }
  if (found.sha256 !== said.sha256 || found.bytes !== (said.bytes ?? found.bytes))
    throw new BackupError("DAMAGED", `${path} is not as it was written`);
}

/** Waits until a file, or what a folder names, is on the disk. */
export async function syncToDisk(path: string): Promise<void> {
  const file = await open(path, "r");
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
