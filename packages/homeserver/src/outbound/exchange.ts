import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage } from "node:http";
import { pipeline } from "node:stream/promises";
import { OutboundError } from "./errors.ts";
import { requestFor } from "./request-for.ts";

/** A request to a service of the operator's own, whose body is sent as it is read. */
export interface StreamedRequest {
  readonly method: string;
  readonly url: URL;
  /** With `content-length` where there is a body. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | undefined;
}

/** How long is waited, and by which connections. */
export interface ExchangeOptions {
  /** How long nothing may come and nothing may be taken, in milliseconds. */
  readonly stallMs: number;
  /** Connections that are used again. */
  readonly agent: Agent;
}

/** An answer that is read as it comes; whoever does not read it to its end disposes of it. */
export interface StreamedAnswer extends Disposable {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Reads the body. @throws {OutboundError} `CONNECTION_FAILED` if it ends early, or nothing comes for too long. */
  read(): AsyncGenerator<Uint8Array>;
}

/**
 * Sends a request and gives back its answer, both of any length. Every address may be asked, as the operator has named it, and no redirect is
 * followed. However long all of it takes, it ends where nothing moves any more; a reader who takes its time does not count.
 *
 * @throws {OutboundError} `CONNECTION_FAILED`.
 */
export function exchange({ method, url, headers, body }: StreamedRequest, { stallMs, agent }: ExchangeOptions): Promise<StreamedAnswer> {
  const outgoing = requestFor(url)(url, { method, headers, agent });
  const watch = new Watch(stallMs, (reason) => outgoing.destroy(reason));
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => {
      watch.stop();
      reject(failed(url, watch.reason ?? error));
    };
    // It stays: an answer that comes early leaves a body that cannot be sent.
    outgoing.on("error", fail);
    outgoing.once("response", (incoming) => {
      watch.stop();
      resolve(answerOf(url, { outgoing, incoming, watch }));
    });
    watch.start();
    if (body) void pipeline(watched(body, watch), outgoing).catch(fail);
    else outgoing.end();
  });
}

interface OpenExchange {
  readonly outgoing: ClientRequest;
  readonly incoming: IncomingMessage;
  readonly watch: Watch;
}

function answerOf(url: URL, { outgoing, incoming, watch }: OpenExchange): StreamedAnswer {
  incoming.on("error", () => {});
  return {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    async *read() {
      try {
        const chunks: AsyncIterable<Buffer> = incoming;
        watch.start();
        for await (const chunk of chunks) {
          watch.stop();
          yield chunk;
          watch.start();
        }
      } catch (error) {
        throw failed(url, watch.reason ?? error);
      } finally {
        watch.stop();
      }
    },
    [Symbol.dispose]() {
      watch.stop();
      if (!incoming.readableEnded || !outgoing.writableFinished) outgoing.destroy();
    },
  };
}

/** Hands out what is sent; the time between two pieces is that of who takes them. */
async function* watched(body: AsyncIterable<Uint8Array>, watch: Watch): AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    watch.start();
    yield chunk;
  }
  watch.start();
}

/** Tells when nothing has happened for too long. */
class Watch {
  readonly #ms: number;
  readonly #stalled: (reason: Error) => void;
  #timer: NodeJS.Timeout | undefined;
  /** Set once it has happened. */
  reason: Error | undefined;

  constructor(ms: number, stalled: (reason: Error) => void) {
    this.#ms = ms;
    this.#stalled = stalled;
  }

  start(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.reason = new Error(`nothing has moved for ${this.#ms} ms`);
      this.#stalled(this.reason);
    }, this.#ms).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

function failed({ host }: URL, cause: unknown): OutboundError {
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : undefined;
  return new OutboundError("CONNECTION_FAILED", `${host} did not answer${reason === undefined ? "" : ` (${reason})`}`, cause);
}
