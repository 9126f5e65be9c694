import { matrixError } from "@patrix/api";
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
import { handle, handleUpload, type RequestContext, type StreamedReply } from "@patrix/server";
import { cleanFileName, downloadHeaders } from "../../media/download-headers.ts";
import type { MediaFile, Upload } from "../../media/media-repository.ts";
import type { MediaParts } from "../../media/open-media.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import { streamedFile } from "../transport/streamed-file.ts";

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
    handleUpload(uploadContent, async (request, context) => ({
      content_uri: uri(await media.upload(context.user.userNid, readUpload(request, context))),
    })),
    handle(createContent, async (_request, { user }) => {
      const { mediaId, expiresTs } = await media.create(user.userNid);
      return { content_uri: uri(mediaId), unused_expires_at: expiresTs };
    }),
    handleUpload(uploadContentToMXC, async (request, context) => {
      const { path } = request;
      const { user } = context;
      const upload = readUpload(request, context);
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
  { signal }: RequestContext<Requester>,
  name?: string,
): Promise<StreamedReply> {
  const file = await media.open(serverName, mediaId, signal, timeoutMs);
  return send(name === undefined ? file : { ...file, fileName: cleanFileName(name) });
}

async function thumbnail(
  { media, thumbnails }: MediaServices,
  { serverName, mediaId }: MediaPath,
  { width, height, method, animated = false, timeout_ms: timeoutMs }: GetContentThumbnailAuthedQuery,
  { signal }: RequestContext<Requester>,
): Promise<StreamedReply> {
  const original = await media.open(serverName, mediaId, signal, timeoutMs);
  return send(await thumbnails.get(original, { width, height, crop: method === "crop", animated }));
}

function send(file: MediaFile): StreamedReply {
  return streamedFile(file.path, file.sizeBytes, downloadHeaders(file));
}

/** What both uploads have in a request. */
interface UploadParts {
  readonly body: AsyncIterable<Uint8Array>;
  readonly query?: { readonly filename?: string | undefined } | undefined;
  readonly headers?: { readonly "content-type"?: string | undefined } | undefined;
}

function readUpload({ body, query, headers }: UploadParts, context: RequestContext<Requester>): Upload {
  const length = context.headers["content-length"];
  const announced = length === undefined ? undefined : Number(length);
  return { source: body, announcedBytes: announced, contentType: headers?.["content-type"], fileName: query?.filename };
}
