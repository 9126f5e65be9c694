import type { EncryptedFile } from "@patrix/events";
import type { MxcUri } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import type { RequestSender, StreamSender } from "../http/http-client.ts";
import type { Progress } from "../outbox/sending.ts";
import type { FileLike } from "./file-like.ts";

/** Options of an upload. */
export interface UploadOptions extends Abortable {
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of a download. */
export interface DownloadOptions extends Abortable {
  /** A scaled picture of at least this many pixels instead of the original. */
  thumbnail?: { w: number; h: number } | undefined;
}

/** Options of {@link Media.stream}. */
export interface StreamOptions extends DownloadOptions {
  /** Told of each piece; `total` is 0 where the server does not say how long the file is. */
  onProgress?: ((progress: { received: number; total: number }) => void) | undefined;
}

/** A file that is being downloaded. */
export interface FileStream {
  /** Its bytes, as fast as they are taken; cancel it to end the download. */
  readonly stream: ReadableStream<Uint8Array>;
  /** Bytes, where the server says how many. */
  readonly size: number | undefined;
  /** The media type that the server names. */
  readonly type: string;
}

/** The content repository of the homeserver. */
export interface Media {
  /**
   * Uploads a file and gives its address. On Node, Bun and Deno it is read as it is sent, however long it is.
   *
   * @throws {MatrixError} `M_TOO_LARGE`. {@link ClientError} `BAD_FILE`.
   */
  upload(file: FileLike | Blob | string, options?: UploadOptions): Promise<MxcUri>;
  /**
   * Downloads a file, at most 512 MiB, and decrypts it by what its event says of it. An encrypted file that is not what was sent is not given.
   *
   * @throws {MatrixError} `M_NOT_FOUND`. {@link ClientError} `BAD_FILE`.
   */
  download(source: MxcUri | EncryptedFile, options?: DownloadOptions): Promise<Blob>;
  /**
   * Downloads a file of any length piece by piece, and decrypts it by what its event says of it. Whether an encrypted file is what was sent shows at its end:
   * use nothing of it before.
   *
   * @throws {MatrixError} `M_NOT_FOUND`. {@link ClientError} `BAD_FILE`, `NETWORK_ERROR` and `TIMEOUT`, also to whoever reads the stream.
   * @example
   * const { stream } = await client.media.stream(event.content.file);
   * await pipeline(stream, createWriteStream("holiday.mp4"));
   */
  stream(source: MxcUri | EncryptedFile, options?: StreamOptions): Promise<FileStream>;
}

/** Limits of {@link createMedia}. */
export interface MediaLimits {
  /** The longest file that is downloaded into memory, in bytes. Default: 512 MiB. */
  readonly maxDownloadBytes?: number | undefined;
}

/** Where files go to, and come from. */
export type MediaSender = RequestSender & StreamSender;
