import { type StreamedReply, streamedReply } from "@patrix/server";
import { type ByteRange, isKnown, requestedRange } from "./byte-range.ts";

/** Content that is sent without holding it in memory. */
export interface FileToSend {
  readonly sizeBytes: number;
  /** Names this content and no other. */
  readonly etag: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Reads the content, or a part of it. */
  read(range?: ByteRange): AsyncIterable<Uint8Array>;
}

/** What a request says of which part it wants. */
interface FileRequest {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Answers with a file, the part of it that is asked for, or that the client has it already. */
export function streamedFile(file: FileToSend, { method, headers }: FileRequest): StreamedReply {
  const { sizeBytes, etag } = file;
  const common = { ...file.headers, etag, "accept-ranges": "bytes", "access-control-expose-headers": EXPOSED };
  if (isKnown(headers["if-none-match"], etag)) return streamedReply(nothing, { status: 304, headers: common });
  const range = method === "GET" ? requestedRange(headers, sizeBytes, etag) : undefined;
  if (range === undefined) return streamedReply(() => file.read(), { sizeBytes, headers: common });
  if (range === "unsatisfiable")
    return streamedReply(nothing, { status: 416, sizeBytes: 0, headers: { ...common, "content-range": `bytes */${sizeBytes}` } });
  const { start, end } = range;
  return streamedReply(() => file.read(range), {
    status: 206,
    sizeBytes: end - start + 1,
    headers: { ...common, "content-range": `bytes ${start}-${end}/${sizeBytes}` },
  });
}

/** What web pages of other origins may read of an answer with a file. */
const EXPOSED = "Accept-Ranges, Content-Disposition, Content-Length, Content-Range, ETag, Retry-After";
