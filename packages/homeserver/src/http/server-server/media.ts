import { randomBytes } from "node:crypto";
import { getContent, getContentThumbnail } from "@patrix/federation-api";
import { handle, type StreamedReply, streamedReply } from "@patrix/server";
import { downloadHeaders } from "../../media/download-headers.ts";
import type { MediaFile } from "../../media/media-repository.ts";
import type { MediaParts } from "../../media/open-media.ts";
import type { ServerRegistration } from "./requesting-server.ts";

/** What the handlers of media work with. */
export interface ServerMediaServices extends Pick<MediaParts, "media" | "thumbnails"> {
  readonly serverName: string;
}

/** The handlers with which servers download the media of this one. */
export function serverMediaHandlers({ media, thumbnails, serverName }: ServerMediaServices): ServerRegistration[] {
  return [
    handle(getContent, async ({ path, query }, { signal }) =>
      multipart(await media.open(serverName, path.mediaId, signal, query?.timeout_ms)),
    ),
    handle(getContentThumbnail, async ({ path, query }, { signal }) => {
      const { width, height, method, animated = false, timeout_ms: timeoutMs } = query;
      const original = await media.open(serverName, path.mediaId, signal, timeoutMs);
      return multipart(await thumbnails.get(original, { width, height, crop: method === "crop", animated }));
    }),
  ];
}

/** Sends a file as the second part of an answer, without holding it in memory. */
function multipart(file: MediaFile): StreamedReply {
  // Nobody can have put it into the file.
  const boundary = `patrix-${randomBytes(18).toString("base64url")}`;
  const { "content-type": type = "", "content-disposition": disposition = "" } = downloadHeaders(file);
  const head = Buffer.from(
    `--${boundary}\r\nContent-Type: application/json\r\n\r\n{}\r\n` +
      `--${boundary}\r\nContent-Type: ${type}\r\nContent-Disposition: ${disposition}\r\n\r\n`,
  );
  const end = Buffer.from(`\r\n--${boundary}--\r\n`);
  const read = async function* (): AsyncGenerator<Uint8Array> {
    yield head;
    yield* file.read();
    yield end;
  };
  return streamedReply(read, {
    sizeBytes: head.length + file.sizeBytes + end.length,
    headers: { "content-type": `multipart/mixed; boundary=${boundary}` },
  });
}
