import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { limits } from "../../limits.ts";
import { contentPath } from "../content-path.ts";
import { MediaError } from "../errors.ts";
import type { IncomingFiles } from "../incoming-files.ts";
import type { ClaimContent, ContentRange, LocalFile, MediaReader, MediaStore, OpenedContent, StoredContent } from "../media-store.ts";
import { Bucket, type BucketOptions } from "./bucket.ts";
import { type BucketSettings, objectPrefix } from "./bucket-settings.ts";

/**
 * Objects of a bucket, named as the files of a folder are. What comes in is written to this machine first: its hash is its name, and nothing that is
 * too large or was cut off gets as far as the bucket.
 */
export class S3MediaStore implements MediaStore {
  readonly #bucket: Bucket;
  readonly #prefix: string;
  readonly #incoming: IncomingFiles | undefined;

  private constructor(settings: BucketSettings, options: BucketOptions, incoming?: IncomingFiles) {
    this.#bucket = new Bucket(settings, options);
    this.#prefix = objectPrefix(settings);
    this.#incoming = incoming;
  }

  /** A store that can be used before the bucket is there. */
  static over(settings: BucketSettings, incoming: IncomingFiles, options: BucketOptions = {}): S3MediaStore {
    return new S3MediaStore(settings, options, incoming);
  }

  /** A bucket that a running server uses: what is stored can be read. */
  static reading(settings: BucketSettings, options: BucketOptions = {}): MediaReader & Pick<S3MediaStore, "check"> {
    return new S3MediaStore(settings, options);
  }

  /** Sees whether the bucket is there. @throws {MediaError} `STORE_FAILED`, which says what to do. */
  check(): Promise<void> {
    return this.#bucket.check();
  }

  async put(source: AsyncIterable<Uint8Array>, maxBytes: number, claim?: ClaimContent): Promise<StoredContent> {
    await using file = await this.#files.receive(source, Math.min(maxBytes, limits.bucketFileBytes.value));
    const { path, content } = file;
    await claim?.(content);
    await this.#bucket.put(this.#nameOf(content.sha256), { ...content, read: () => createReadStream(path) });
    return content;
  }

  async open(sha256: string): Promise<OpenedContent | undefined> {
    const name = this.#nameOf(sha256);
    const sizeBytes = await this.#bucket.sizeOf(name);
    if (sizeBytes === undefined) return undefined;
    const read = ({ start, end }: ContentRange = { start: 0, end: sizeBytes - 1 }): AsyncIterable<Uint8Array> =>
      this.#bucket.read(name, { start, end: Math.min(end, sizeBytes - 1) });
    return { sizeBytes, read, toFile: () => this.#fetch(sha256, read()) };
  }

  async delete(sha256: string): Promise<void> {
    await this.#bucket.delete(this.#nameOf(sha256));
  }

  async *names(): AsyncGenerator<string> {
    for await (const name of this.#bucket.names(this.#prefix)) yield basename(name);
  }

  async #fetch(sha256: string, content: AsyncIterable<Uint8Array>): Promise<LocalFile> {
    const file = await this.#files.receive(content, Number.POSITIVE_INFINITY);
    if (file.content.sha256 === sha256) return file;
    await file[Symbol.asyncDispose]();
    throw new MediaError(
      "STORE_FAILED",
      `the object ${this.#nameOf(sha256)} of the bucket is not what was put there: restore it from a backup`,
    );
  }

  get #files(): IncomingFiles {
    if (!this.#incoming) throw new TypeError("the bucket was opened for reading");
    return this.#incoming;
  }

  #nameOf(sha256: string): string {
    return this.#prefix + contentPath(sha256);
  }
}
