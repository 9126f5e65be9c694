import { createReadStream } from "node:fs";
import { mkdir, opendir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { makeFolder } from "../store/make-folder.ts";
import { contentPath } from "./content-path.ts";
import { IncomingFiles } from "./incoming-files.ts";
import type { ClaimContent, MediaReader, MediaStore, OpenedContent, StoredContent } from "./media-store.ts";

/** Files of a folder, in sub-folders by the first digits of their hash. */
export class DiskMediaStore implements MediaStore {
  readonly #folder: string;
  readonly #incoming: IncomingFiles | undefined;

  private constructor(folder: string, incoming?: IncomingFiles) {
    this.#folder = join(folder, "content");
    this.#incoming = incoming;
  }

  /** Opens a folder, which is made if it is missing. What an earlier run left half-written is removed. */
  static async open(folder: string): Promise<DiskMediaStore> {
    const store = new DiskMediaStore(folder, await IncomingFiles.open(join(folder, "incoming")));
    makeFolder(store.#folder);
    return store;
  }

  /** A folder that a running server uses, or that is not there: what is stored can be read. */
  static reading(folder: string): MediaReader {
    return new DiskMediaStore(folder);
  }

  async put(source: AsyncIterable<Uint8Array>, maxBytes: number, claim?: ClaimContent): Promise<StoredContent> {
    if (!this.#incoming) throw new TypeError("the folder was opened for reading");
    await using file = await this.#incoming.receive(source, maxBytes);
    const { content } = file;
    const path = this.#pathOf(content.sha256);
    await claim?.(content);
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(file.path, path);
    return content;
  }

  async open(sha256: string): Promise<OpenedContent | undefined> {
    return openFile(this.#pathOf(sha256));
  }

  async delete(sha256: string): Promise<void> {
    await rm(this.#pathOf(sha256), { force: true });
  }

  async *names(): AsyncGenerator<string> {
    const folder = await opendir(this.#folder, { recursive: true }).catch(() => undefined);
    if (folder) for await (const entry of folder) if (!entry.isDirectory()) yield entry.name;
  }

  #pathOf(sha256: string): string {
    return join(this.#folder, contentPath(sha256));
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
