import type { HttpRequest, IncomingResponse, ModelKind } from "@patrix/api";
import { ClientError } from "../errors.ts";
import { maxTimerMs } from "@patrix/concurrency";
import { readBytes } from "./read-body.ts";

/** Limits of one exchange. */
export interface ExchangeLimits {
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Sends one request and reads its answer, within limits.
 *
 * @throws {ClientError} `NETWORK_ERROR`, `TIMEOUT`, `RESPONSE_TOO_LARGE`, or `UNEXPECTED_RESPONSE` for a JSON answer that is none.
 */
export async function fetchOnce(
  fetch: typeof globalThis.fetch,
  request: HttpRequest,
  kind: ModelKind,
  { timeoutMs, maxResponseBytes, signal }: ExchangeLimits,
): Promise<IncomingResponse> {
  const timeout = AbortSignal.timeout(Math.min(timeoutMs, maxTimerMs));
  const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
  try {
    const { url, ...init } = request;
    const response = await fetch(url, { ...init, signal: both, redirect: kind === "json" ? "follow" : "manual" });
    const bytes = await readBytes(response, maxResponseBytes);
    const headers = Object.fromEntries(response.headers);
    return { status: response.status, headers, body: decode(bytes, kind, response.status) };
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof ClientError) throw error;
    if (timeout.aborted) throw new ClientError("TIMEOUT", `no answer within ${timeoutMs} ms`, error);
    throw new ClientError("NETWORK_ERROR", `the server could not be reached: ${describe(error)}`, error);
  }
}

function decode(bytes: Uint8Array, kind: ModelKind, status: number): unknown {
  if (kind !== "json" && status < 300) return kind === "html" ? new TextDecoder().decode(bytes) : bytes;
  const text = new TextDecoder().decode(bytes);
  try {
    return JSON.parse(text);
  } catch {
    // Proxies answer errors with pages; only a success must be JSON.
    if (status >= 300) return undefined;
    throw new ClientError("UNEXPECTED_RESPONSE", `status ${status} with a body that is not JSON`);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : typeof error;
}
