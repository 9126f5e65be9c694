import { isUnrecognized, MatrixError } from "@patrix/api";
import { getContent as getContentOfServer } from "@patrix/client-api";
import { getContent } from "@patrix/federation-api";
import type { FederationClient, FederationStreamOptions } from "../client/federation-client.ts";
import type { MediaRequest } from "./download-media.ts";
import { readMediaPart } from "./media-part.ts";

/** A file on another server that has not been read. */
export interface OpenedMedia {
  readonly contentType: string | undefined;
  /** The `Content-Disposition` header as it was sent. */
  readonly contentDisposition: string | undefined;
  /** The file in pieces, as they come. Whoever does not read it to its end returns the iterator. */
  readonly content: AsyncIterable<Uint8Array>;
}

/** Where a server says that a file is: an absolute URI that anybody may ask for. */
export interface MediaElsewhere {
  readonly location: string;
}

/**
 * As `downloadMedia`, for files that are not held in memory.
 *
 * @throws MatrixError `M_NOT_FOUND`, `M_NOT_YET_UPLOADED` and others; those of {@link FederationClient.stream}.
 */
export async function openMedia(
  client: Pick<FederationClient, "stream">,
  server: string,
  { mediaId, waitMs }: MediaRequest,
  options: FederationStreamOptions = {},
): Promise<OpenedMedia | MediaElsewhere> {
  try {
    const { headers, body } = await client.stream(server, getContent, { path: { mediaId }, query: { timeout_ms: waitMs } }, options);
    const part = await readMediaPart(headers["content-type"] ?? "", body);
    const location = part.headers.get("location");
    if (location === undefined) return opened(part.headers, part.content);
    await part.content[Symbol.asyncIterator]().return?.();
    return { location };
  } catch (error) {
    if (!(error instanceof MatrixError) || !hasNoEndpoint(error)) throw error;
  }
  const query = { allow_remote: false, timeout_ms: waitMs };
  const { headers, body } = await client.stream(server, getContentOfServer, { path: { serverName: server, mediaId }, query }, options);
  return opened(new Map(Object.entries(headers).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]))), body);
}

/** Whether a server does not know the endpoint: an older one may answer with what is no error of Matrix at all. */
function hasNoEndpoint(error: MatrixError): boolean {
  return isUnrecognized(error) || ([400, 404, 405].includes(error.status) && typeof error.body["errcode"] !== "string");
}

function opened(headers: ReadonlyMap<string, string>, content: AsyncIterable<Uint8Array>): OpenedMedia {
  return { contentType: headers.get("content-type"), contentDisposition: headers.get("content-disposition"), content };
}
