import { createHash, randomBytes } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, mkdir, open, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { MediaError } from "./errors.ts";
import { makeFolder } from "../store/make-folder.ts";
import type { ClaimContent, MediaStore, OpenedContent, StoredContent } from "./media-store.ts";

/** Files of a folder, in sub-folders by the first digits of their hash. */
export class DiskMediaStore implements MediaStore {
  readonly #folder: string;
  readonly #incoming: string;

  private constructor(folder: string) {
    this.#folder = join(folder, "content");
    this.#incoming = join(folder, "incoming");
  }

  /** Opens a folder, which is made if it is missing. What an earlier run left half-written is removed. */
  static async open(folder: string): Promise<DiskMediaStore> {
    const store = new DiskMediaStore(folder);
    await rm(store.#incoming, { recursive: true, force: true });
    makeFolder(store.#incoming);
    makeFolder(store.#folder);
    return store;
  }

  /** A folder that a running server uses: what is stored can be read. */
  static reading(folder: string): Pick<MediaStore, "open"> {
    return new DiskMediaStore(folder);
  }

  async put(source: AsyncIterable<Uint8Array>, maxBytes: number, claim?: ClaimContent): Promise<StoredContent> {
    const partial = join(this.#incoming, randomBytes(12).toString("hex"));
    try {
      const stored = await receive(partial, source, maxBytes);
      const path = this.#pathOf(stored.sha256);
      await claim?.(stored);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await rename(partial, path);
      return stored;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  async open(sha256: string): Promise<OpenedContent | undefined> {
    return openFile(this.#pathOf(sha256));
  }

  async delete(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  #pathOf(sha256: string): string {
    if (!/^[0-9a-f]{64}$/.test(sha256)) throw new RangeError("a content hash has 64 lower-case hexadecimal digits");
    return join(this.#folder, sha256.slice(0, 2), sha256.slice(2, 4), sha256);
  }
}

/** Opens a file of this machine as content; `undefined` if there is none. */
export async function openFile(path: string): Promise<OpenedContent | undefined> {
  try {
    const { size } = await stat(path);
    return {
      sizeBytes: size,
      read: (range) => createReadStream(path, range && { start: range.start, end: range.end }),
      toFile: async () => ({ path, [Symbol.asyncDispose]: async () => {} }),
    };
  } catch {
    return undefined;
  }
}

async function receive(path: string, source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent> {
  const hash = createHash("sha256");
  const file: FileHandle = await open(path, "wx", 0o600);
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
