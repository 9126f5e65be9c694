import { MatrixError } from "@patrix/api";
import { getContent, getContentAuthed, getContentThumbnail, getContentThumbnailAuthed, uploadContent } from "@patrix/client-api";
import type { EncryptedFile } from "@patrix/events";
import { type MxcUri, parseMxcUri } from "@patrix/identifiers";
import { ClientError, isTransient } from "../errors.ts";
import type { UploadBody } from "../http/http-client.ts";
import { limitedBody } from "../http/limited-body.ts";
import { loaded } from "../loaded.ts";
import { openFile, type OpenedFile } from "./open-file.ts";
import type { DownloadOptions, FileStream, Media, MediaLimits, MediaSender, StreamOptions, UploadOptions } from "./media.ts";
import { passOn } from "./pass-on.ts";
import { platformModule } from "./platform-module.ts";

/** Loads what encrypts and decrypts files. */
export const encryptedFile: () => Promise<typeof import("./encrypted-file.ts")> = /* @__PURE__ */ loaded(
  () => import("./encrypted-file.ts"),
);

const defaultMaxDownloadBytes = 512 * 1024 * 1024;
const transferTimeoutMs = 10 * 60_000;
/** Bytes a millisecond of the slowest upload that is waited for. */
const slowestUpload = 16;

/** What is sent of a file: as it is, or what something makes of it on its way. */
export interface UploadSource extends Pick<OpenedFile, "size" | "isRepeatable" | "open"> {
  readonly name: string | undefined;
  readonly type: string;
}

/** Uploads a file as it is read; gives its address, and how long it was. */
export async function uploadFile(
  http: MediaSender,
  file: UploadSource,
  { signal, onProgress }: UploadOptions = {},
): Promise<{ readonly url: MxcUri; readonly size: number }> {
  let sent = 0;
  // Platforms go on to read what they do not send any more.
  let over = new AbortController();
  const report = (): void => onProgress?.({ sent, total: file.size ?? sent });
  const upload = async (): Promise<UploadBody> => {
    sent = 0;
    report();
    over.abort();
    over = new AbortController();
    const stop = signal ? AbortSignal.any([signal, over.signal]) : over.signal;
    const counted = passOn(await file.open(), {
      signal: stop,
      onChunk({ length }) {
        sent += length;
        report();
      },
    });
    if (platformModule("node:fs/promises")) return { body: counted, size: file.size };
    // Browsers send no streams over HTTP/1.1; they may keep a blob on the disk.
    return { body: await new Response(counted).blob() };
  };
  const request = { query: { filename: file.name }, headers: { "content-type": file.type }, body: new Uint8Array(0) };
  // An upload that is repeated leaves at most a copy that nobody knows of.
  const again = file.isRepeatable ? { idempotent: true } : { retries: 0 };
  const timeoutMs = Math.max(transferTimeoutMs, file.size === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(file.size / slowestUpload));
  try {
    const { content_uri: url } = await http.send(uploadContent, request, { signal, timeoutMs, upload, ...again });
    return { url, size: sent };
  } catch (error) {
    if (file.isRepeatable || !isTransient(error)) throw error;
    throw new ClientError("SEND_FAILED", "the file was not sent, and its stream cannot be read again", error);
  } finally {
    over.abort();
  }
}

/** Composes what downloads and uploads files. */
export function createTransfers(
  http: MediaSender,
  fetch: typeof globalThis.fetch,
  { maxDownloadBytes = defaultMaxDownloadBytes }: MediaLimits = {},
): Media {
  const get = async (uri: MxcUri, options: DownloadOptions): Promise<Response> => {
    try {
      return await open({ http, fetch }, uri, { ...options, authenticated: true });
    } catch (error) {
      if (!lacksAuthenticatedMedia(error)) throw error;
      return open({ http, fetch }, uri, { ...options, authenticated: false });
    }
  };
  /** Begins a download; what it gives is decrypted. */
  const begin = async (
    source: MxcUri | EncryptedFile,
    { onProgress, signal, thumbnail }: StreamOptions,
    maxBytes: number,
  ): Promise<FileStream> => {
    const [url, encrypted] = typeof source === "string" ? [source] : [source.url, source];
    // Read first: nothing is downloaded for a description that is none. Loaded when it is needed.
    const decryption = encrypted && (await (await encryptedFile()).decryptFile(encrypted));
    const response = await get(url, { signal, thumbnail });
    const total = Number(response.headers.get("content-length") ?? 0);
    let received = 0;
    const onChunk = (bytes: number): void => onProgress?.({ received: (received += bytes), total });
    // What is encrypted is as long as what it becomes.
    const body = limitedBody(response, { maxBytes, signal, onChunk });
    return { stream: decryption ? body.pipeThrough(decryption) : body, size: total > 0 ? total : undefined, type: typeOf(response) };
  };
  return {
    upload: async (file, options) => (await uploadFile(http, await openFile(file), options)).url,
    async download(source, options = {}) {
      const { stream, type } = await begin(source, options, maxDownloadBytes);
      return new Blob([await new Response(stream).blob()], { type });
    },
    stream: (source, options = {}) => begin(source, options, Infinity),
  };
}

interface Opening extends DownloadOptions {
  readonly authenticated: boolean;
}

/** Asks for a file, wherever it is. */
async function open(
  { http, fetch }: { readonly http: MediaSender; readonly fetch: typeof globalThis.fetch },
  uri: MxcUri,
  { thumbnail, signal, authenticated }: Opening,
): Promise<Response> {
  const path = mediaPath(uri);
  const options = { signal, timeoutMs: transferTimeoutMs };
  const response = thumbnail
    ? await http.open(
        authenticated ? getContentThumbnailAuthed : getContentThumbnail,
        { path, query: { width: thumbnail.w, height: thumbnail.h, method: "scale" as const } },
        options,
      )
    : await http.open(authenticated ? getContentAuthed : getContent, { path }, options);
  const location = response.headers.get("location");
  if (response.status < 300 || location === null) return response;
  await response.body?.cancel();
  // Wherever the file is, the access token must not go there.
  const moved = await fetch(location, { signal: signal ?? null, redirect: "follow" });
  if (moved.ok) return moved;
  await moved.body?.cancel();
  throw new ClientError("NOT_FOUND", `the place of the file answered with status ${moved.status}`);
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

function typeOf(response: Response): string {
  return response.headers.get("content-type") ?? "application/octet-stream";
}
