import { ClientError, responseTooLarge } from "../errors.ts";

/** How long the next piece of a body is waited for, in milliseconds. */
const idleTimeoutMs = 60_000;

/** How a body is read. */
export interface BodyOptions {
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
  /** Told how long each piece is, in bytes. */
  readonly onChunk?: ((bytes: number) => void) | undefined;
  /** Default: 60,000. */
  readonly idleTimeoutMs?: number | undefined;
}

/**
 * The body of a response, piece by piece. It fails with `RESPONSE_TOO_LARGE` where it is too long, `TIMEOUT` where nothing comes for a while,
 * `NETWORK_ERROR` where it breaks off, and the reason of the signal.
 */
export function limitedBody(response: Response, { maxBytes, signal, onChunk, ...options }: BodyOptions): ReadableStream<Uint8Array> {
  const patienceMs = options.idleTimeoutMs ?? idleTimeoutMs;
  const reader = response.body?.getReader();
  let received = 0;
  const next = async (): Promise<Uint8Array | undefined> => {
    if (!reader) return undefined;
    const idle = AbortSignal.timeout(patienceMs);
    const over = signal ? AbortSignal.any([signal, idle]) : idle;
    over.throwIfAborted();
    let abort = (): void => {};
    const aborted = new Promise<never>((_, reject) => (abort = (): void => reject(over.reason as Error)));
    over.addEventListener("abort", abort, { once: true });
    try {
      const { done, value } = await Promise.race([reader.read(), aborted]);
      if (done) return undefined;
      received += value.length;
      if (received > maxBytes) throw responseTooLarge(maxBytes);
      onChunk?.(value.length);
      return value;
    } catch (error) {
      await reader.cancel(error).catch(() => {});
      signal?.throwIfAborted();
      if (error instanceof ClientError) throw error;
      if (idle.aborted) throw new ClientError("TIMEOUT", `nothing came for ${patienceMs} ms`, error);
      throw new ClientError("NETWORK_ERROR", "the answer broke off", error);
    } finally {
      over.removeEventListener("abort", abort);
    }
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const chunk = await next();
          if (chunk) controller.enqueue(chunk);
          else controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
      cancel: (reason) => reader?.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
