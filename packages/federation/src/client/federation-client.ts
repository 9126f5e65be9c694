import {
  type Endpoint,
  type HttpRequest,
  type IncomingResponse,
  MatrixError,
  type ModelKind,
  type ParseOptions,
  ValidationError,
} from "@patrix/api";
import { Semaphore } from "@patrix/concurrency";
import type { SigningKey } from "@patrix/signatures";
import { signEnvelope } from "../authentication/sign-request.ts";
import { canonicalContent } from "../authentication/signed-request.ts";
import type { DiscoveryPorts } from "../discovery/discovery-ports.ts";
import { sendToFirst } from "../discovery/send-to-first.ts";
import { FederationError, isFederationError } from "../errors.ts";
import type { HttpsResponse } from "../ports/https.ts";
import { readBody } from "../ports/read-body.ts";
import { watchedBody } from "../ports/watched-body.ts";
import { withTimeout } from "../ports/with-timeout.ts";
import { Backoff } from "./backoff.ts";
import { type BackoffStore, MemoryBackoffStore } from "./backoff-store.ts";
import { decodeBody } from "./decode-body.ts";
import { ServerResolver } from "./server-resolver.ts";

/** Options of a {@link FederationClient}. */
export interface FederationClientOptions {
  /** Name of the own server. */
  readonly serverName: string;
  /** Key that requests are signed with. */
  readonly signingKey: SigningKey;
  readonly ports: DiscoveryPorts;
  /** Default: in memory. */
  readonly backoff?: BackoffStore | undefined;
  /** Most requests under way to all servers together. Default: 128. */
  readonly maxConcurrent?: number | undefined;
  /** Most requests under way to one server. Default: 8. */
  readonly maxConcurrentPerServer?: number | undefined;
  /** Value of `User-Agent`. Default: none. */
  readonly userAgent?: string | undefined;
  /** How answers are checked. Default: leniently, as other servers are of any age. */
  readonly parse?: ParseOptions | undefined;
  /** Lets others have their turn while a large answer, as the state of a room, is parsed piece by piece. Default: it is parsed at once. */
  readonly turnIfDue?: (() => Promise<void> | undefined) | undefined;
}

/** Options of one request. */
export interface FederationRequestOptions {
  /** How long it may take, server discovery and reading included, in milliseconds. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  /** Largest response that is read, in bytes. Default: 32 MiB. */
  readonly maxResponseSizeBytes?: number | undefined;
  /** Sends it even to a destination that is left alone because it failed. Default: `false`. */
  readonly ignoreBackoff?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** How the answer is checked. Default: as the client was made. */
  readonly parse?: ParseOptions | undefined;
}

/** Options of a request whose answer is read as it comes. */
export interface FederationStreamOptions extends Pick<FederationRequestOptions, "maxResponseSizeBytes" | "ignoreBackoff" | "signal"> {
  /** How long it may take until the answer begins, in milliseconds. Default: 60,000. */
  readonly timeoutMs?: number | undefined;
  /** How long may pass between two pieces of the answer, in milliseconds. Default: 30,000. */
  readonly idleMs?: number | undefined;
}

/** A good answer that has not been read. */
export interface StreamedAnswer {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** Whoever does not read it to its end returns the iterator. */
  readonly body: AsyncIterable<Uint8Array>;
}

const LENIENT: ParseOptions = { mode: "lenient" };

/** The characters of a body up to which it is remembered. */
const MAX_REMEMBERED_LENGTH = 1_048_576;
const DEFAULT_TIMEOUT_MS = 60_000;
const DEFAULT_IDLE_MS = 30_000;
/** Errors with a status of 500 or more that are about a file, and say nothing against its server. */
const ofMedia: ReadonlySet<string> = new Set(["M_NOT_YET_UPLOADED", "M_TOO_LARGE"]);
const MAX_ERROR_SIZE_BYTES = 65_536;
const DEFAULT_MAX_RESPONSE_SIZE_BYTES = 32 * 1024 * 1024;

/**
 * Sends typed requests to other servers: finds them, signs, bounds time and size, and leaves alone those that fail.
 *
 * @example
 * const { pdus } = await client.request("example.org", getEvent, { path: { eventId } });
 */
export class FederationClient {
  readonly #options: FederationClientOptions;
  readonly #resolver: ServerResolver;
  readonly #backoff: Backoff;
  readonly #slots: Semaphore;
  readonly #serverSlots = new Map<string, Semaphore>();
  readonly #perServer: number;
  /** What is new goes to many servers in the same body, one after the other. */
  #lastBody: { readonly sent: string; readonly signed: string } | undefined;

  constructor(options: FederationClientOptions) {
    const { ports, backoff = new MemoryBackoffStore(), maxConcurrent = 128, maxConcurrentPerServer = 8 } = options;
    this.#options = options;
    this.#resolver = new ServerResolver(ports);
    this.#backoff = new Backoff(backoff, ports.clock, ports.random);
    this.#slots = new Semaphore(maxConcurrent);
    this.#perServer = maxConcurrentPerServer;
  }

  /**
   * Sends a request to a server and gives the typed answer.
   *
   * @throws MatrixError for an error answer; ValidationError for an answer that does not match the endpoint.
   * @throws {@link FederationError} `OWN_SERVER`, `BACKING_OFF`, `TIMED_OUT`, `RESPONSE_TOO_LARGE`, `MALFORMED_RESPONSE`, those of
   * {@link resolveServerName} and those of the connector.
   */
  async request<Req, Res>(
    destination: string,
    endpoint: Endpoint<Req, Res>,
    request: Req,
    options: FederationRequestOptions = {},
  ): Promise<Res> {
    const { serverName, ports } = this.#options;
    if (destination === serverName) throw new FederationError("OWN_SERVER", "a server sends no requests to itself");
    const http = endpoint.request(request, { baseUrl: "" });
    if (endpoint.auth === "signedRequest") http.headers["authorization"] = this.#sign(http, destination);
    return this.#inTurn(destination, async () => {
      if (options.ignoreBackoff !== true) await this.#backoff.check(destination);
      const startedTs = ports.clock.now();
      try {
        const response = await withTimeout(
          ports.clock,
          options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
          (signal) => this.#send(destination, http, endpoint.models.response.kind, options, signal),
          options.signal,
        );
        const result = endpoint.parseResponse(response, options.parse ?? this.#options.parse ?? LENIENT);
        await this.#backoff.succeeded(destination);
        return result;
      } catch (error) {
        await this.#judge(destination, error, startedTs, options.signal);
        throw error;
      }
    });
  }

  /**
   * Sends a request whose answer may be too large for memory, and gives it as soon as it begins. What is no success, a redirect included, is read
   * and thrown.
   *
   * @throws As {@link FederationClient.request}; the body throws `RESPONSE_TOO_LARGE`, `TIMED_OUT` and those of the connector.
   */
  async stream<Req, Res>(
    destination: string,
    endpoint: Endpoint<Req, Res>,
    request: Req,
    options: FederationStreamOptions = {},
  ): Promise<StreamedAnswer> {
    const { serverName, ports } = this.#options;
    if (destination === serverName) throw new FederationError("OWN_SERVER", "a server sends no requests to itself");
    const http = endpoint.request(request, { baseUrl: "" });
    if (endpoint.auth === "signedRequest") http.headers["authorization"] = this.#sign(http, destination);
    const { idleMs = DEFAULT_IDLE_MS, maxResponseSizeBytes: maxSizeBytes = DEFAULT_MAX_RESPONSE_SIZE_BYTES, signal: outer } = options;
    // It goes on when the answer has begun, so it is not that of the time-out.
    const work = new AbortController();
    const abort = (reason: unknown): void => work.abort(reason);
    outer?.addEventListener("abort", () => abort(outer.reason), { once: true });
    return this.#inTurn(destination, async () => {
      if (options.ignoreBackoff !== true) await this.#backoff.check(destination);
      const startedTs = ports.clock.now();
      try {
        const response = await withTimeout(
          ports.clock,
          options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
          (signal) => {
            signal.addEventListener("abort", () => abort(signal.reason), { once: true });
            return this.#connect(destination, http, work.signal);
          },
          outer,
        );
        if (response.status !== 200) {
          const { status, headers } = response;
          const bytes = await readBody(response, MAX_ERROR_SIZE_BYTES, work.signal);
          const body = await decodeBody(bytes, { kind: "json", status: Math.max(status, 400) });
          // Where it is one, this throws it.
          endpoint.parseResponse({ status, headers, body, request: http }, this.#options.parse ?? LENIENT);
          throw new FederationError("MALFORMED_RESPONSE", `the answer has the status ${status}`);
        }
        await this.#backoff.succeeded(destination);
        if (Number(response.headers["content-length"] ?? 0) > maxSizeBytes) {
          await response.body[Symbol.asyncIterator]().return?.();
          abort(undefined);
          throw new FederationError("RESPONSE_TOO_LARGE", `the response has more than ${maxSizeBytes} bytes`);
        }
        const body = watchedBody(response.body, { clock: ports.clock, maxSizeBytes, idleMs, abort, signal: work.signal });
        return { headers: response.headers, body };
      } catch (error) {
        await this.#judge(destination, error, startedTs, outer);
        throw error;
      }
    });
  }

  /** Notes that a server was heard from, so that it is tried again at once. */
  async heardFrom(server: string): Promise<void> {
    await this.#backoff.succeeded(server);
  }

  #sign({ method, url, body }: HttpRequest, destination: string): string {
    const { serverName: origin, signingKey } = this.#options;
    return signEnvelope(
      { method, uri: url, origin, destination },
      typeof body === "string" ? this.#canonical(body) : undefined,
      signingKey,
    );
  }

  /** A body as it is signed: that is what is sent, so the members that JSON leaves out are gone. */
  #canonical(body: string): string {
    if (this.#lastBody?.sent === body) return this.#lastBody.signed;
    const signed = canonicalContent(JSON.parse(body));
    this.#lastBody = body.length <= MAX_REMEMBERED_LENGTH ? { sent: body, signed } : undefined;
    return signed;
  }

  async #send(
    destination: string,
    http: HttpRequest,
    kind: ModelKind,
    { maxResponseSizeBytes = DEFAULT_MAX_RESPONSE_SIZE_BYTES }: FederationRequestOptions,
    signal: AbortSignal,
  ): Promise<IncomingResponse> {
    const response = await this.#connect(destination, http, signal);
    const { status, headers } = response;
    const bytes = await readBody(response, maxResponseSizeBytes, signal);
    const body = await decodeBody(bytes, { kind, status, turnIfDue: this.#options.turnIfDue });
    return { status, headers, body, request: http };
  }

  async #connect(destination: string, http: HttpRequest, signal: AbortSignal): Promise<HttpsResponse> {
    const { userAgent, ports } = this.#options;
    const { targets, hostHeader, certificateName } = await this.#resolver.resolve(destination);
    signal.throwIfAborted();
    return sendToFirst(ports.https, targets, {
      certificateName,
      hostHeader,
      method: http.method,
      target: http.url,
      headers: userAgent === undefined ? http.headers : { ...http.headers, "user-agent": userAgent },
      body: http.body,
      signal,
    });
  }

  /** Finds out whether an error says that the destination is in trouble, or only that it did not like the request. */
  async #judge(destination: string, error: unknown, startedTs: number, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true || isFederationError(error, "INVALID_SERVER_NAME")) return;
    const isAnswer = error instanceof ValidationError || isFederationError(error, "RESPONSE_TOO_LARGE");
    if (isAnswer || (error instanceof MatrixError && (error.status < 500 || ofMedia.has(error.errcode))))
      return this.#backoff.succeeded(destination);
    this.#resolver.forget(destination);
    await this.#backoff.failed(destination, startedTs);
  }

  async #inTurn<T>(destination: string, work: () => Promise<T>): Promise<T> {
    let slots = this.#serverSlots.get(destination);
    if (!slots) this.#serverSlots.set(destination, (slots = new Semaphore(this.#perServer)));
    const ofServer = slots;
    try {
      return await ofServer.run(() => this.#slots.run(work));
    } finally {
      if (ofServer.isIdle) this.#serverSlots.delete(destination);
    }
  }
}
