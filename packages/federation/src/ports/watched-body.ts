import type { TimerClock } from "@patrix/concurrency";
import { FederationError } from "../errors.ts";

/** How a body is watched. */
export interface WatchedBodyOptions {
  readonly clock: TimerClock;
  readonly maxSizeBytes: number;
  /** How long may pass without a piece, in milliseconds. */
  readonly idleMs: number;
  /** Ends the request. */
  readonly abort: (reason: unknown) => void;
  /** Aborts when the request is over. */
  readonly signal: AbortSignal;
}

/**
 * Gives the pieces of a body, and ends the request where there are too many bytes or no more come.
 *
 * @throws {@link FederationError} `RESPONSE_TOO_LARGE`, `TIMED_OUT`.
 */
export async function* watchedBody(body: AsyncIterable<Uint8Array>, options: WatchedBodyOptions): AsyncGenerator<Uint8Array> {
  const { clock, maxSizeBytes, idleMs, abort, signal } = options;
  const pieces = body[Symbol.asyncIterator]();
  let sizeBytes = 0;
  try {
    for (;;) {
      const timer = new AbortController();
      const late = new FederationError("TIMED_OUT", `nothing came for ${idleMs} ms`);
      clock.sleep(idleMs, timer.signal).then(
        () => abort(late),
        () => undefined,
      );
      const { value, done } = await pieces.next().finally(() => timer.abort());
      signal.throwIfAborted();
      if (done === true) return;
      sizeBytes += value.length;
      if (sizeBytes > maxSizeBytes) throw new FederationError("RESPONSE_TOO_LARGE", `the response has more than ${maxSizeBytes} bytes`);
      yield value;
    }
  } finally {
    await pieces.return?.();
  }
}
