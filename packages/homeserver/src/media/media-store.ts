/** Content that is stored. */
export interface StoredContent {
  /** Content hash: 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A part of content, in bytes; both ends are in it. */
export interface ContentRange {
  readonly start: number;
  readonly end: number;
}

/** Content as a file of this machine, until it is disposed of. */
export interface LocalFile extends AsyncDisposable {
  readonly path: string;
}

/** Content that can be sent. */
export interface OpenedContent {
  readonly sizeBytes: number;
  /** Reads the content, or a part of it. */
  read(range?: ContentRange): AsyncIterable<Uint8Array>;
  /** Brings the content onto this machine, for programs that read files, if it is not there. */
  toFile(): Promise<LocalFile>;
}

/** Hears of content before anybody can find it by its hash; what it throws ends the storing. */
export type ClaimContent = (content: StoredContent) => Promise<void>;

/** Keeps files by the hash of their content, as a port: the same content is kept once. */
export interface MediaStore {
  /**
   * Stores a stream; nothing is kept of one that fails or is too large.
   *
   * @throws {MediaError} `TOO_LARGE` if there is more than `maxBytes`.
   */
  put(source: AsyncIterable<Uint8Array>, maxBytes: number, claim?: ClaimContent): Promise<StoredContent>;
  /** Finds stored content. */
  open(sha256: string): Promise<OpenedContent | undefined>;
  /** Removes content; it is no error if there is none. */
  delete(sha256: string): Promise<void>;
}
