/** A file to send. */
export interface FileLike {
  data: Blob | Uint8Array | ReadableStream<Uint8Array>;
  /** File name that the receiver sees. */
  name: string;
  /** Media type; guessed from the name by default. */
  type?: string | undefined;
  /** Bytes, where known before reading: some servers take no upload without. */
  size?: number | undefined;
}
