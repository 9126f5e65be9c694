import { MatrixError, matrixError, readAtMost } from "@patrix/api";
import { corsHeaders } from "./cors-headers.ts";
import type { Answer, Exchange } from "./exchange.ts";
import { StreamedReply } from "./reply.ts";
import { safeHeaders } from "./safe-headers.ts";
import { DEFAULT_BODY_TIMEOUT_MS, type ServeOptions } from "./serve-options.ts";

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** What the requests of a handler have in common. */
export type FetchSettings = Pick<ServeOptions<unknown>, "bodyTimeoutMs" | "signal">;

/** A request of the Fetch standard. */
export class FetchExchange implements Exchange {
  readonly uri: string;
  readonly clientAddress: string;
  readonly #request: Request;
  readonly #bodyTimeoutMs: number;
  readonly #closing: AbortSignal | undefined;
  #headers: Readonly<Record<string, string>> | undefined;
  #signal: AbortSignal | undefined;

  constructor(request: Request, clientAddress: string, { bodyTimeoutMs = DEFAULT_BODY_TIMEOUT_MS, signal }: FetchSettings) {
    this.#request = request;
    this.clientAddress = clientAddress;
    this.#bodyTimeoutMs = bodyTimeoutMs;
    this.#closing = signal;
    const { pathname, search } = new URL(request.url);
    this.uri = pathname + search;
  }

  get method(): string {
    return this.#request.method;
  }

  get headers(): Readonly<Record<string, string>> {
    return (this.#headers ??= Object.fromEntries(this.#request.headers));
  }

  get signal(): AbortSignal {
    const { signal } = this.#request;
    return (this.#signal ??= this.#closing ? AbortSignal.any([signal, this.#closing]) : signal);
  }

  decodeUtf8(bytes: Uint8Array): string | undefined {
    try {
      return UTF8.decode(bytes);
    } catch {
      return undefined;
    }
  }

  async readBytes(maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (Number(this.headers["content-length"] ?? 0) > maxBytes) throw tooLarge(maxBytes);
    const { body } = this.#request;
    if (!body) return new Uint8Array();
    const reader = body.getReader();
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      void reader.cancel().catch(() => {});
    }, this.#bodyTimeoutMs);
    try {
      const bytes = await readAtMost(() => next(reader), maxBytes);
      if (!bytes) throw tooLarge(maxBytes);
      if (isLate) throw new MatrixError(408, "M_UNKNOWN", "the body did not arrive in time");
      return bytes;
    } finally {
      clearTimeout(timer);
      // Frees what is left of the body; after its end this does nothing.
      void reader.cancel().catch(() => {});
    }
  }

  async *stream(): AsyncGenerator<Uint8Array> {
    const reader = this.#request.body?.getReader();
    if (!reader) return;
    try {
      for (let read = await next(reader); !read.done; read = await next(reader)) yield read.value;
    } finally {
      void reader.cancel().catch(() => {});
    }
  }
}

/** Makes the response of an answer. */
export function toResponse(answer: Answer, { isHead, cors }: { readonly isHead: boolean; readonly cors: boolean }): Response {
  if (!(answer instanceof StreamedReply)) {
    const { status, headers, body } = answer;
    const isEmpty = isHead || status === 204 || status === 304;
    const length = status === 204 ? {} : { "content-length": String(sizeOf(body)) };
    return new Response(isEmpty ? null : body, { status, headers: { ...(cors && corsHeaders), ...safeHeaders, ...length, ...headers } });
  }
  const { status = 200, sizeBytes, headers } = answer.head;
  const length = sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) };
  const init = { status, headers: { ...(cors && corsHeaders), ...safeHeaders, ...length, ...headers } };
  return new Response(isHead || status === 304 ? null : toReadableStream(answer.open()), init);
}

function sizeOf(body: string | Uint8Array): number {
  return typeof body === "string" ? new TextEncoder().encode(body).byteLength : body.byteLength;
}

function toReadableStream(source: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = source[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller): Promise<void> {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel(): Promise<void> {
      await iterator.return?.();
    },
  });
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): ReturnType<typeof reader.read> {
  try {
    return await reader.read();
  } catch {
    throw new MatrixError(400, "M_UNKNOWN", "the connection ended within the body");
  }
}

function tooLarge(maxBytes: number): MatrixError {
  return matrixError("M_TOO_LARGE", `the body is larger than ${maxBytes} bytes`);
}
