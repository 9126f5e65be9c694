import { createHash, randomBytes } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { makeFolder } from "../store/make-folder.ts";
import { MediaError } from "./errors.ts";
import type { LocalFile, StoredContent } from "./media-store.ts";

/** A file that has come in and is nowhere yet; it goes when it is disposed of, unless it was moved. */
export interface IncomingFile extends LocalFile {
  readonly content: StoredContent;
}

/** A folder for what is not whole, or is needed for a moment only. */
export class IncomingFiles {
  readonly #folder: string;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** Opens a folder, which is made if it is missing. What an earlier run left in it is removed. */
  static async open(folder: string): Promise<IncomingFiles> {
    await rm(folder, { recursive: true, force: true });
    makeFolder(folder);
    return new IncomingFiles(folder);
  }

  /** Writes a stream to a file of its own, through to the disk. @throws {MediaError} `TOO_LARGE` if there is more than `maxBytes`. */
  async receive(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<IncomingFile> {
    const path = join(this.#folder, randomBytes(12).toString("hex"));
    const dispose = (): Promise<void> => rm(path, { force: true });
    try {
      return { path, content: await write(path, source, maxBytes), [Symbol.asyncDispose]: dispose };
    } catch (error) {
      await dispose();
      throw error;
    }
  }
}

async function write(path: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent> {
  const hash = createHash("sha256");
  const file = await open(path, "wx", 0o600);
  let sizeBytes = 0;
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength;
      if (sizeBytes > maxBytes) throw new MediaError("TOO_LARGE", `the file is larger than ${maxBytes} bytes`);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { sha256: hash.digest("hex"), sizeBytes };
}
