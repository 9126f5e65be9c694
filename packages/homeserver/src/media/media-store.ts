/** Content that is stored. */
export interface StoredContent {
  /** Content hash: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Content that can be sent. */
export interface OpenedContent {
  /** Where the content is on this machine. */
  readonly path: string;
  readonly sizeBytes: number;
}

/** Keeps files by the hash of their content, as a port: the same content is kept once. */
export interface MediaStore {
  /**
   * Stores a stream; nothing is kept of one that fails or is too large.
   *
   * @throws {MediaError} `TOO_LARGE` if there is more than `maxBytes`.
   */
  put(source: AsyncIterable<Uint8Array>, maxBytes: number): Promise<StoredContent>;
  /** Finds stored content. */
  open(sha256: string): Promise<OpenedContent | undefined>;
  /** Removes content; it is no error if there is none. */
  delete(sha256: string): Promise<void>;
}
