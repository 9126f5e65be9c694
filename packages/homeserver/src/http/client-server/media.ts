import type { IncomingMessage } from "node:http";
import { MatrixError, matrixError } from "@patrix/api";
import {
  createContent,
  getConfig,
  getConfigAuthed,
  getContent,
  getContentAuthed,
  getContentOverrideName,
  getContentOverrideNameAuthed,
  getContentThumbnail,
  getContentThumbnailAuthed,
  type GetContentThumbnailAuthedQuery,
  type MediaPath,
  uploadContent,
  uploadContentToMXC,
} from "@patrix/client-api";
import type { MxcUri } from "@patrix/identifiers";
import { cleanFileName, downloadHeaders } from "../../media/download-headers.ts";
import type { MediaFile, Upload } from "../../media/media-repository.ts";
import type { MediaParts } from "../../media/open-media.ts";
import { handle, type Registration, StreamedFile } from "../handler.ts";
import type { RequestContext } from "../request-context.ts";

/** What the handlers of media work with. */
export interface MediaServices extends MediaParts {
  readonly serverName: string;
  /** Whether downloads without a token are served on the old paths. */
  readonly legacyUnauthenticated: boolean;
}

/** Handlers of uploads, downloads and thumbnails. */
export function mediaHandlers(services: MediaServices): Registration[] {
  return [...uploadHandlers(services), ...downloadHandlers(services), ...legacyHandlers(services)];
}

function uploadHandlers({ media, serverName }: MediaServices): Registration[] {
  const uri = (mediaId: string): MxcUri => `mxc://${serverName}/${mediaId}`;
  const config = (): { "m.upload.size": number } => ({ "m.upload.size": media.maxUploadBytes });
  return [
    handle(uploadContent, async ({ query, headers }, { user, incoming }) => ({
      content_uri: uri(await media.upload(user.userNid, readUpload(incoming, headers?.["content-type"], query?.filename))),
    })),
    handle(createContent, async (_request, { user }) => {
      const { mediaId, expiresTs } = await media.create(user.userNid);
      return { content_uri: uri(mediaId), unused_expires_at: expiresTs };
    }),
    handle(uploadContentToMXC, async ({ path, query, headers }, { user, incoming }) => {
      const upload = readUpload(incoming, headers?.["content-type"], query?.filename);
      await media.uploadTo(user.userNid, path.serverName, path.mediaId, upload);
      return {};
    }),
    handle(getConfigAuthed, config),
    handle(getConfig, config),
  ];
}

function downloadHandlers(services: MediaServices): Registration[] {
  return [
    handle(getContentAuthed, ({ path, query }, context) => download(services, path, query?.timeout_ms, context)),
    handle(getContentOverrideNameAuthed, ({ path, query }, context) => download(services, path, query?.timeout_ms, context, path.fileName)),
    handle(getContentThumbnailAuthed, ({ path, query }, context) => thumbnail(services, path, query, context)),
  ];
}

function legacyHandlers(services: MediaServices): Registration[] {
  const admit = (): void => {
    if (!services.legacyUnauthenticated)
      throw matrixError("M_NOT_FOUND", "media is only served with authentication; the server's media.legacy_unauthenticated is off");
  };
  return [
    handle(getContent, ({ path, query }, context) => {
      admit();
      return download(services, path, query?.timeout_ms, context);
    }),
    handle(getContentOverrideName, ({ path, query }, context) => {
      admit();
      return download(services, path, query?.timeout_ms, context, path.fileName);
    }),
    handle(getContentThumbnail, ({ path, query }, context) => {
      admit();
      return thumbnail(services, path, query, context);
    }),
  ];
}

async function download(
  { media }: MediaServices,
  { serverName, mediaId }: MediaPath,
  timeoutMs: number | undefined,
  { signal }: RequestContext,
  name?: string,
): Promise<StreamedFile> {
  const file = await media.open(serverName, mediaId, signal, timeoutMs);
  return send(name === undefined ? file : { ...file, fileName: cleanFileName(name) });
}

async function thumbnail(
  { media, thumbnails }: MediaServices,
  { serverName, mediaId }: MediaPath,
  { width, height, method, animated = false, timeout_ms: timeoutMs }: GetContentThumbnailAuthedQuery,
  { signal }: RequestContext,
): Promise<StreamedFile> {
  const original = await media.open(serverName, mediaId, signal, timeoutMs);
  return send(await thumbnails.get(original, { width, height, crop: method === "crop", animated }));
}

function send(file: MediaFile): StreamedFile {
  return new StreamedFile(file.path, file.sizeBytes, downloadHeaders(file));
}

function readUpload(incoming: IncomingMessage, contentType: string | undefined, fileName: string | undefined): Upload {
  const announced = Number(incoming.headers["content-length"] ?? 0);
  return { source: chunksOf(incoming), announcedBytes: announced, contentType, fileName };
}

async function* chunksOf(incoming: IncomingMessage): AsyncGenerator<Uint8Array> {
  try {
    // Leaving the loop early must not break the connection: the answer still has to go out.
    yield* incoming.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
  } catch {
    throw new MatrixError(400, "M_UNKNOWN", "the connection ended within the body");
  }
}
