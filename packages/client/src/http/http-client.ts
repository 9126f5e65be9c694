import {
  type AppliedRepair,
  type Endpoint,
  type HttpRequest,
  type IncomingResponse,
  type Issue,
  MatrixError,
  parseMatrixError,
  type RequestOptions as EncodingOptions,
  type SupportedVersions,
  ValidationError,
} from "@patrix/api";
import type { TimerClock } from "@patrix/concurrency";
import type { Abortable } from "../abortable.ts";
import { ClientError, isRateLimit, isTransient, isUnknownToken } from "../errors.ts";
import { requireSent } from "../events/local-event-id.ts";
import type { Logger } from "../logger.ts";
import { ErrorAnswer, fetchOnce, fetchOpen, type SentRequest } from "./fetch-once.ts";
import { pauseMs, type RetryPolicy } from "./retry-policy.ts";

/** How one request is made. */
export interface RequestOptions extends Abortable {
  /** Milliseconds to wait for each try. Default: 60,000. */
  timeoutMs?: number | undefined;
  /** Default: 64 MiB. */
  maxResponseBytes?: number | undefined;
  /** Whether `exchange` gives the body of a success as bytes, though it should be JSON. */
  asBytes?: boolean | undefined;
  /** Whether it may be repeated after a failure whose effect is not known. Default: whether the method is not POST. */
  idempotent?: boolean | undefined;
  /** Tries after the first; the client's own number by default. */
  retries?: number | undefined;
  /** Makes what is sent in place of the body of the request, for each try. */
  upload?: (() => Promise<UploadBody>) | undefined;
}

/** A body that is not in memory as a whole. */
export interface UploadBody {
  readonly body: ReadableStream<Uint8Array> | Blob;
  /** Bytes, where known. */
  readonly size?: number | undefined;
}

/** Sends requests whose answers are not read at once. */
export interface StreamSender {
  /**
   * Sends the request of an endpoint and gives its answer with the body unread: a success, or a redirect that is not followed. Failures that may pass are tried
   * again until then.
   *
   * @throws As {@link RequestSender.send}.
   */
  open<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options?: RequestOptions): Promise<Response>;
}

/** Sends typed requests. */
export interface RequestSender {
  /**
   * Sends the request of an endpoint and gives its typed answer; failures that may pass are tried again.
   *
   * @throws {MatrixError} What the server answered.
   * @throws {ClientError} `NETWORK_ERROR`, `TIMEOUT`, `RESPONSE_TOO_LARGE` or `UNEXPECTED_RESPONSE`; `NOT_SENT` where it names an event that the server does not
   * know yet.
   */
  send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options?: RequestOptions): Promise<Res>;
}

/** Who the requests come from; asked for each. */
export interface Credentials {
  /** The access token to send; may refresh it first. */
  accessToken(): Promise<string | undefined>;
  /** Tells that the server did not know a token; answers whether there is another one to try. @throws Why it is not known whether there is. */
  rejected(accessToken: string, error: MatrixError): Promise<boolean>;
  /** How the server ended the session, if it did and there is none since. */
  readonly ended?: MatrixError | undefined;
}

/** What an {@link HttpClient} is made of. */
export interface HttpClientParts {
  readonly baseUrl: () => string;
  readonly fetch: typeof globalThis.fetch;
  readonly clock: TimerClock;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  /** How answers are read; see the options of a client. Default: `lenient`. */
  readonly parsing?: "lenient" | "strict" | undefined;
  readonly credentials?: Credentials | undefined;
  /** As whom an application service asks. */
  readonly actsAs?: Pick<EncodingOptions, "userId" | "deviceId" | "ts"> | undefined;
  /** Told after each exchange whether there was an answer. */
  readonly onReached?: ((reachable: boolean) => void) | undefined;
  /** What the server supports; the newest paths are used where it is not known. */
  readonly supported?: ((signal?: AbortSignal) => Promise<SupportedVersions | undefined>) | undefined;
}

/** How deep answers may be nested. */
const maxDepth = 200;
const defaultMaxResponseBytes = 64 * 1024 * 1024;

/** Sends typed requests to one homeserver: authenticated, with retries, limits and patience with rate limits. */
export class HttpClient implements RequestSender, StreamSender {
  readonly #parts: HttpClientParts;

  constructor(parts: HttpClientParts) {
    this.#parts = parts;
  }

  async send<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options: RequestOptions = {}): Promise<Res> {
    return this.parse(endpoint, await this.exchange(endpoint, request, options));
  }

  /** Reads a response, and logs what was wrong with one that could be read all the same. @throws {MatrixError} {@link ClientError} */
  parse<Req, Res>(endpoint: Endpoint<Req, Res>, response: IncomingResponse): Res {
    const { logger, parsing = "lenient" } = this.#parts;
    const leftOut: Issue[] = [];
    const onRepair = ({ pointer, rule }: AppliedRepair): void => logger.debug(`${endpoint.id}: ${pointer} is repaired (${rule})`);
    try {
      const result = endpoint.parseResponse(response, { mode: parsing, maxDepth, onRepair, onLeftOut: (issue) => leftOut.push(issue) });
      if (leftOut.length > 0) logger.warn(`${endpoint.id}: malformed parts of the answer are left out: ${describeLeftOut(leftOut)}`);
      return result;
    } catch (error) {
      if (error instanceof ValidationError)
        throw new ClientError("UNEXPECTED_RESPONSE", `${endpoint.id}: the answer is malformed: ${error.message}`, error);
      throw error;
    }
  }

  /** Sends a request and gives the successful answer as it came. @throws As {@link HttpClient.send}. */
  exchange<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options: RequestOptions = {}): Promise<IncomingResponse> {
    const { timeoutMs = 60_000, maxResponseBytes = defaultMaxResponseBytes, signal, asBytes } = options;
    const limits = { timeoutMs, maxResponseBytes, signal, asBytes };
    return this.#retrying({
      endpoint,
      request,
      options,
      perform: (http) => succeeding(fetchOnce(this.#parts.fetch, http, endpoint.models.response.kind, limits)),
    });
  }

  open<Req, Res>(endpoint: Endpoint<Req, Res>, request: Req, options: RequestOptions = {}): Promise<Response> {
    const limits = { timeoutMs: options.timeoutMs ?? 60_000, signal: options.signal };
    return this.#retrying({ endpoint, request, options, perform: (http) => fetchOpen(this.#parts.fetch, http, limits) });
  }

  async #retrying<Req, Res, T>(performance: Performance<Req, Res, T>): Promise<T> {
    const { endpoint, request, options } = performance;
    requireSent(request);
    const { clock, retry } = this.#parts;
    const { signal, retries = retry.limit, idempotent = endpoint.method !== "POST" } = options;
    for (let attempt = 1; ; attempt += 1) {
      signal?.throwIfAborted();
      try {
        return await this.#authenticated(performance);
      } catch (failure) {
        signal?.throwIfAborted();
        const isUnsent = failure instanceof Unsent;
        const error: unknown = isUnsent ? failure.reason : failure;
        const repeats = { attempt, idempotent: idempotent || isUnsent, maxDelayMs: retry.maxDelayMs };
        const delayMs = attempt > retries ? undefined : retryDelayMs(error, repeats);
        if (delayMs === undefined) throw error;
        // The first time it is told: nobody should wait without knowing what for.
        const level = attempt === 1 && isUnreachable(error) ? "warn" : "debug";
        this.#parts.logger[level](`${endpoint.id}: try ${attempt} failed (${String(error)}); again in ${delayMs} ms`);
        await clock.sleep(delayMs, signal);
      }
    }
  }

  async #authenticated<Req, Res, T>(performance: Performance<Req, Res, T>): Promise<T> {
    const { endpoint } = performance;
    const { credentials } = this.#parts;
    const wanted = endpoint.auth !== "none";
    const accessToken = wanted ? await unsent(credentials?.accessToken()) : undefined;
    if (endpoint.auth === "accessToken" && accessToken === undefined)
      // Whichever request is told first, all say the same.
      throw credentials?.ended ?? new ClientError("NOT_LOGGED_IN", `${endpoint.id}: log in first`);
    try {
      return await this.#once(performance, accessToken);
    } catch (error) {
      if (!(error instanceof MatrixError) || accessToken === undefined || !isUnknownToken(error)) throw error;
      // Nothing was done for a request whose token is not known.
      if ((await unsent(credentials?.rejected(accessToken, error))) !== true) throw error;
      return this.#once(performance, await unsent(credentials?.accessToken()));
    }
  }

  async #once<Req, Res, T>(
    { endpoint, request, options: { signal, upload }, perform }: Performance<Req, Res, T>,
    accessToken: string | undefined,
  ): Promise<T> {
    const { baseUrl, clock, onReached, actsAs } = this.#parts;
    const supported = await this.#parts.supported?.(signal);
    const http = endpoint.request(request, { baseUrl: baseUrl(), accessToken, supported, ...actsAs });
    try {
      const response = await perform(upload ? withUpload(http, await upload()) : http);
      onReached?.(true);
      return response;
    } catch (error) {
      if (isUnreachable(error)) onReached?.(false);
      if (!(error instanceof ErrorAnswer)) throw error;
      onReached?.(true);
      const { status, headers, body } = error.response;
      throw parseMatrixError(status, body, { retryAfter: headers?.["retry-after"], nowMs: clock.now(), request: http });
    }
  }
}

/** Why a request had no effect on the server: it may be repeated whatever it is. */
class Unsent {
  readonly reason: unknown;
  constructor(reason: unknown) {
    this.reason = reason;
  }
}

/** Waits for what a request needs. @throws {Unsent} */
async function unsent<T>(needed: Promise<T> | undefined): Promise<T | undefined> {
  try {
    return await needed;
  } catch (error) {
    throw new Unsent(error);
  }
}

/** @throws {ErrorAnswer} For an answer with the status of an error. */
async function succeeding(answer: Promise<IncomingResponse>): Promise<IncomingResponse> {
  const response = await answer;
  if (response.status >= 400) throw new ErrorAnswer(response);
  return response;
}

/** A request, and how it is made. */
interface Performance<Req, Res, T> {
  readonly endpoint: Endpoint<Req, Res>;
  readonly request: Req;
  readonly options: RequestOptions;
  /** @throws {ErrorAnswer} For an answer with the status of an error. */
  readonly perform: (http: SentRequest) => Promise<T>;
}

function withUpload(http: HttpRequest, { body, size }: UploadBody): SentRequest {
  if (body instanceof Blob) return { ...http, body };
  // Some servers take no upload whose length is not said.
  const headers = size === undefined ? http.headers : { ...http.headers, "content-length": String(size) };
  // A body that could be sent on to another place is kept in memory for that by Node: with these two it cannot.
  return { ...http, headers, body, duplex: "half", window: null, redirect: "error" };
}

/** The most problems that one line of the log names. */
const MAX_NAMED = 3;

function describeLeftOut(issues: readonly Issue[]): string {
  const named = issues.slice(0, MAX_NAMED).map(({ pointer, message }) => `${pointer} ${message}`);
  return `${named.join("; ")}${issues.length > MAX_NAMED ? `; and ${issues.length - MAX_NAMED} more` : ""}`;
}

/** The pause before the next try in milliseconds; `undefined` when there should be none. */
function retryDelayMs(
  error: unknown,
  { attempt, idempotent, maxDelayMs }: { attempt: number; idempotent: boolean; maxDelayMs: number },
): number | undefined {
  const waitMs = pauseMs(error, attempt, maxDelayMs);
  if (!isTransient(error) || waitMs > maxDelayMs) return undefined;
  const isUnsupported = error instanceof MatrixError && error.status === 501;
  if (isRateLimit(error)) return waitMs;
  return idempotent && !isUnsupported ? waitMs : undefined;
}

/** Whether there was no answer at all. */
function isUnreachable(error: unknown): boolean {
  return error instanceof ClientError && (error.code === "NETWORK_ERROR" || error.code === "TIMEOUT");
}
