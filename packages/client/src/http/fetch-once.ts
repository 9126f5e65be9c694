import type { HttpRequest, IncomingResponse, ModelKind } from "@patrix/api";
import { ClientError } from "../errors.ts";
import { maxTimerMs } from "@patrix/concurrency";
import { readBytes } from "./read-body.ts";

/** Limits of one exchange. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Whether the body of a success is given as it came, JSON or not. */
  readonly asBytes?: boolean | undefined;
}

/** A request as `fetch` takes it; its body may be one that is read as it is sent. */
export interface SentRequest extends Omit<HttpRequest, "body"> {
  readonly body?: NonNullable<HttpRequest["body"]> | ReadableStream<Uint8Array> | Blob;
  readonly duplex?: "half";
  readonly window?: null;
  readonly redirect?: "error";
}

/** An answer with the status of an error. */
export class ErrorAnswer extends Error {
  override readonly name: string = "ErrorAnswer";
  readonly response: IncomingResponse;
  constructor(response: IncomingResponse) {
    super(`status ${response.status}`);
    this.response = response;
  }
}

/** What is read of an answer that says what is wrong, in bytes. */
const maxErrorBytes = 1024 * 1024;

/**
 * Sends one request and reads its answer, within limits.
 *
 * @throws {ClientError} `NETWORK_ERROR`, `TIMEOUT`, `RESPONSE_TOO_LARGE`, or `UNEXPECTED_RESPONSE` for a JSON answer that is none.
 */
export async function fetchOnce(
  fetch: typeof globalThis.fetch,
  request: SentRequest,
  kind: ModelKind,
  { timeoutMs, maxResponseBytes, signal, asBytes = false }: ExchangeLimits,
): Promise<IncomingResponse> {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, maxTimerMs));
  const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
  return explained({ timeout, timeoutMs, signal }, async () => {
    const { url, ...init } = request;
    const response = await fetch(url, { redirect: kind === "json" ? "follow" : "manual", ...init, signal: both });
    const bytes = await readBytes(response, maxResponseBytes);
    const headers = Object.fromEntries(response.headers);
    const isWanted = asBytes && response.status < 300;
    return { status: response.status, headers, body: isWanted ? bytes : decode(bytes, kind, response.status) };
  });
}

/**
 * Sends one request and gives its answer with the body unread; a redirect is not followed. The time is that until the answer begins.
 *
 * @throws {ClientError} `NETWORK_ERROR`, `TIMEOUT`. {@link ErrorAnswer}
 */
export async function fetchOpen(
  fetch: typeof globalThis.fetch,
  request: SentRequest,
  { timeoutMs, signal }: Omit<ExchangeLimits, "maxResponseBytes" | "asBytes">,
): Promise<Response> {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, maxTimerMs));
  const late = new AbortController();
  const onLate = (): void => late.abort(timeout.reason);
  timeout.addEventListener("abort", onLate);
  const both = signal ? AbortSignal.any([signal, late.signal]) : late.signal;
  try {
    return await explained({ timeout, timeoutMs, signal }, async () => {
      const { url, ...init } = request;
      const response = await fetch(url, { ...init, signal: both, redirect: "manual" });
      if (response.status < 400) return response;
      const body = decode(await readBytes(response, maxErrorBytes), "file", response.status);
      throw new ErrorAnswer({ status: response.status, headers: Object.fromEntries(response.headers), body });
    });
  } finally {
    // The body may take as long as it does.
    timeout.removeEventListener("abort", onLate);
  }
}

interface Patience {
  readonly timeout: AbortSignal;
  readonly timeoutMs: number;
  readonly signal: AbortSignal | undefined;
}

async function explained<T>({ timeout, timeoutMs, signal }: Patience, task: () => Promise<T>): Promise<T> {
  try {
    return await task();
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ClientError || error instanceof ErrorAnswer) throw error;
    if (timeout.aborted) throw new ClientError("TIMEOUT", `no answer within ${timeoutMs} ms`, error);
    const cause = error instanceof Error ? error.cause : undefined;
    // What is sent could not be read: no fault of the network.
    if (cause instanceof ClientError) throw cause;
    throw new ClientError("NETWORK_ERROR", `the server could not be reached: ${describe(error)}`, error);
  }
}

function decode(bytes: Uint8Array, kind: ModelKind, status: number): unknown {
  if (kind !== "json" && status < 300) return kind === "html" ? new TextDecoder().decode(bytes) : bytes;
  try {
    return parseJson(bytes);
  } catch (error) {
    // Proxies answer errors with pages; only a success must be JSON.
    if (status >= 300) return undefined;
    throw error;
  }
}

/** Reads JSON of a body; of `members`, what stands between the braces of an object. @throws {ClientError} `UNEXPECTED_RESPONSE` if it is none. */
export function parseJson(bytes: Uint8Array, of: "whole" | "members" = "whole"): unknown {
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(of === "whole" ? text : `{${text}}`);
  } catch {
    throw new ClientError("UNEXPECTED_RESPONSE", "a success with a body that is not JSON");
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
