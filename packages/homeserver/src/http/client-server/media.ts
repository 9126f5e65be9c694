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
  getUrlPreview,
  getUrlPreviewAuthed,
  type MediaPath,
  uploadContent,
  uploadContentToMXC,
} from "@patrix/client-api";
import type { MxcUri } from "@patrix/identifiers";
import { handle, handleUpload, rawJson, type RequestContext, type StreamedReply } from "@patrix/server";
import { cleanFileName, downloadHeaders } from "../../media/download-headers.ts";
import type { MediaFile, Upload } from "../../media/media-repository.ts";
import type { MediaParts } from "../../media/open-media.ts";
import type { MediaWait } from "../../media/remote-media.ts";
import type { Requester } from "../access/requester.ts";
import type { Registration } from "../registration.ts";
import { streamedFile } from "../transport/streamed-file.ts";

/** What the handlers of media work with. */
export interface MediaServices extends MediaParts {
  readonly serverName: string;
  /** Whether downloads without a token are served on the old paths. */
  readonly legacyUnauthenticated: boolean;
}

/** Handlers of uploads, downloads, thumbnails and previews of web pages. */
export function mediaHandlers(services: MediaServices): Registration[] {
  return [...uploadHandlers(services), ...downloadHandlers(services), ...legacyHandlers(services), ...previewHandlers(services)];
}

function previewHandlers({ previews }: MediaServices): Registration[] {
  return [getUrlPreviewAuthed, getUrlPreview].map((endpoint) =>
    handle(endpoint, async ({ query }, { user }) => rawJson(await previews.get(user.userNid, query.url))),
  );
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
    handle(getContentAuthed, ({ path, query }, context) => download(services, path, paid(query, context), context)),
    handle(getContentOverrideNameAuthed, ({ path, query }, context) =>
      download(services, path, paid(query, context), context, path.fileName),
    ),
    handle(getContentThumbnailAuthed, ({ path, query }, context) => thumbnail(services, path, paid(query, context), context)),
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
      return download(services, path, query, context);
    }),
    handle(getContentOverrideName, ({ path, query }, context) => {
      admit();
      return download(services, path, query, context, path.fileName);
    }),
    handle(getContentThumbnail, ({ path, query }, context) => {
      admit();
      return thumbnail(services, path, query, context);
    }),
  ];
}

/** How long a client waits for a file, and whether another server may be asked for it. */
interface WaitQuery {
  readonly timeout_ms?: number | undefined;
  readonly allow_remote?: boolean | undefined;
  /** Who asks; left out on the old paths, which ask for no token. */
  readonly payerNid?: number | undefined;
}

/** What is asked for, on the account of who asks. */
function paid<Query>(query: Query, { user }: RequestContext<Requester>): Query & Pick<WaitQuery, "payerNid"> {
  return { ...query, payerNid: user.userNid };
}

function waitOf({ timeout_ms: timeoutMs, allow_remote: allowsRemote, payerNid }: WaitQuery = {}, signal: AbortSignal): MediaWait {
  return { signal, timeoutMs, allowsRemote, payerNid };
}

async function download(
  { remoteMedia }: MediaServices,
  path: MediaPath,
  query: WaitQuery | undefined,
  context: RequestContext<Requester>,
  name?: string,
): Promise<StreamedReply> {
  const file = await remoteMedia.open(path, waitOf(query, context.signal));
  return send(name === undefined ? file : { ...file, fileName: cleanFileName(name) }, context);
}

async function thumbnail(
  { remoteMedia, thumbnails }: MediaServices,
  path: MediaPath,
  query: GetContentThumbnailAuthedQuery & WaitQuery,
  context: RequestContext<Requester>,
): Promise<StreamedReply> {
  const { width, height, method, animated = false } = query;
  const original = await remoteMedia.open(path, waitOf(query, context.signal));
  return send(await thumbnails.get(original, { width, height, crop: method === "crop", animated }), context);
}

function send(file: MediaFile, request: RequestContext<Requester>): StreamedReply {
  return streamedFile({ ...file, headers: downloadHeaders(file) }, request);
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
