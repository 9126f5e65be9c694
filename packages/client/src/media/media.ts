import { getContent, getContentAuthed, getContentThumbnail, getContentThumbnailAuthed, uploadContent } from "@patrix/client-api";
import { type MxcUri, parseMxcUri } from "@patrix/identifiers";
import { type FileResponse, MatrixError } from "@patrix/api";
import type { Abortable } from "../abortable.ts";
import { ClientError } from "../errors.ts";
import { readBytes } from "../http/read-body.ts";
import type { RequestSender } from "../http/http-client.ts";
import type { Progress } from "../outbox/sending.ts";
import { type FileLike, type LoadedFile, loadFile } from "./file-like.ts";

/** Options of an upload. */
export interface UploadOptions extends Abortable {
  onProgress?: ((progress: Progress) => void) | undefined;
}

/** Options of a download. */
export interface DownloadOptions extends Abortable {
  /** A scaled picture of at least this many pixels instead of the original. */
  thumbnail?: { w: number; h: number } | undefined;
}

/** The content repository of the homeserver. */
export interface Media {
  /** Uploads a file and gives its address. @throws {MatrixError} `M_TOO_LARGE`. */
  upload(file: FileLike | Blob | string, options?: UploadOptions): Promise<MxcUri>;
  /** Downloads a file, at most 512 MiB. @throws {MatrixError} `M_NOT_FOUND`. */
  download(uri: MxcUri, options?: DownloadOptions): Promise<Blob>;
}

/** Limits of {@link createMedia}. */
export interface MediaLimits {
  /** The longest file that is downloaded, in bytes. Default: 512 MiB. */
  readonly maxDownloadBytes?: number | undefined;
}

const defaultMaxDownloadBytes = 512 * 1024 * 1024;
const transferTimeoutMs = 10 * 60_000;

/** Uploads a file that is in memory. */
export async function uploadFile(
  http: RequestSender,
  file: Pick<LoadedFile, "bytes" | "type"> & { readonly name: string | undefined },
  { signal, onProgress }: UploadOptions = {},
): Promise<MxcUri> {
  const total = file.bytes.byteLength;
  // `fetch` does not tell how far an upload is.
  onProgress?.({ sent: 0, total });
  const request = { query: { filename: file.name }, headers: { "content-type": file.type }, body: file.bytes };
  // An upload that is repeated leaves at most a copy that nobody knows of.
  const { content_uri } = await http.send(uploadContent, request, { signal, timeoutMs: transferTimeoutMs, idempotent: true });
  onProgress?.({ sent: total, total });
  return content_uri;
}

/** Composes the content repository. */
export function createMedia(
  http: RequestSender,
  fetch: typeof globalThis.fetch,
  { maxDownloadBytes = defaultMaxDownloadBytes }: MediaLimits = {},
): Media {
  const limits = { timeoutMs: transferTimeoutMs, maxResponseBytes: maxDownloadBytes };
  return {
    upload: async (file, options) => uploadFile(http, await loadFile(file), options),
    async download(uri, { signal, thumbnail } = {}) {
      const path = mediaPath(uri);
      const options = { ...limits, signal };
      const get = async (authenticated: boolean): Promise<FileResponse> => {
        if (!thumbnail) return http.send(authenticated ? getContentAuthed : getContent, { path }, options);
        const request = { path, query: { width: thumbnail.w, height: thumbnail.h, method: "scale" as const } };
        return http.send(authenticated ? getContentThumbnailAuthed : getContentThumbnail, request, options);
      };
      let answer: FileResponse;
      try {
        answer = await get(true);
      } catch (error) {
        if (!lacksAuthenticatedMedia(error)) throw error;
        answer = await get(false);
      }
      return toBlob(answer, { fetch, maxDownloadBytes }, signal);
    },
  };
}

/** Whether the server is older than version 1.11 of the specification. */
function lacksAuthenticatedMedia(error: unknown): boolean {
  if (error instanceof MatrixError) return error.errcode === "M_UNRECOGNIZED";
  return error instanceof Error && "code" in error && error.code === "UNSUPPORTED_ENDPOINT";
}

function mediaPath(uri: MxcUri): { serverName: string; mediaId: string } {
  try {
    return parseMxcUri(uri);
  } catch (error) {
    throw new ClientError("BAD_FILE", "the address of the file is no mxc: URI", error);
  }
}

async function toBlob(
  answer: FileResponse,
  { fetch, maxDownloadBytes }: { readonly fetch: typeof globalThis.fetch; readonly maxDownloadBytes: number },
  signal: AbortSignal | undefined,
): Promise<Blob> {
  // A copy gives the blob a buffer of its own.
  if ("body" in answer) return new Blob([new Uint8Array(answer.body)], { type: answer.contentType });
  // Wherever the file is, the access token must not go there.
  const response = await fetch(answer.location, { signal: signal ?? null, redirect: "follow" });
  if (!response.ok) throw new ClientError("NOT_FOUND", `the place of the file answered with status ${response.status}`);
  return new Blob([await readBytes(response, maxDownloadBytes)], { type: response.headers.get("content-type") ?? "" });
}
