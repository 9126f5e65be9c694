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

/** Files by the hash of their content, as somebody finds them who changes nothing. */
export interface MediaReader {
  /** Finds stored content. @throws {MediaError} `STORE_FAILED` if that cannot be told. */
  open(sha256: string): Promise<OpenedContent | undefined>;
  /** Lists what is stored, in no order: content hashes, and the names of what else lies there. @throws {MediaError} `STORE_FAILED`. */
  names(): AsyncIterable<string>;
}

/** Keeps files by the hash of their content, as a port: the same content is kept once. */
export interface MediaStore extends MediaReader {
  /**
   * Stores a stream; nothing is kept of one that fails or is too large.
   *
   * @throws {MediaError} `TOO_LARGE` if there is more than `maxBytes`, `STORE_FAILED`.
   */
  put(source: AsyncIterable<Uint8Array>, maxBytes: number, claim?: ClaimContent): Promise<StoredContent>;
  /** Removes content; it is no error if there is none. @throws {MediaError} `STORE_FAILED`. */
  delete(sha256: string): Promise<void>;
}
