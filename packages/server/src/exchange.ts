import type { AnyEndpoint, HttpResponse } from "@patrix/api";
import type { StreamedReply } from "./reply.ts";

/** One request on a transport: what an adapter gives to a {@link Responder}. */
export interface Exchange {
  readonly method: string;
  /** Path and query, as they were sent. */
  readonly uri: string;
  /** By lower-case name; repeated ones joined. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly clientAddress: string;
  /** Aborted when the client goes away or the server closes. It is made on first use: most requests never wait. */
  readonly signal: AbortSignal;
  /** Reads the whole body. @throws {MatrixError} `M_TOO_LARGE`, 408 for a body that does not end, 400 for one that is cut off. */
  readBytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The body as it comes. Leaving the loop early does not end the connection. @throws {MatrixError} 400 for a body that is cut off. */
  stream(): AsyncIterable<Uint8Array>;
  /** Told once, when it is answered, which endpoint the request led to; not told where it led to none. */
  routed?(endpoint: AnyEndpoint): void;
  /** Decodes bytes; `undefined` if they are not UTF-8. */
  decodeUtf8(bytes: Uint8Array): string | undefined;
}

/** What an adapter writes: head and body at once, or the bytes as they come. */
export type Answer = HttpResponse | StreamedReply;

/** Answers the requests of any transport; never rejects. */
export type Responder = (exchange: Exchange) => Promise<Answer>;
