import type { TimerClock } from "@patrix/concurrency";
import { FederationError } from "../errors.ts";

const isOver = "what took the time has ended";

/**
 * Runs something with a signal that aborts after `ms`, or when `outer` does, and does not wait for what ignores it.
 *
 * @throws {@link FederationError} `TIMED_OUT`; the reason of `outer` if that aborts first.
 */
export async function withTimeout<T>(
  clock: TimerClock,
  ms: number,
  run: (signal: AbortSignal) => Promise<T>,
  outer?: AbortSignal,
): Promise<T> {
  outer?.throwIfAborted();
  const work = new AbortController();
  const timer = new AbortController();
  const aborted = new Promise<never>((_, reject) => {
    work.signal.addEventListener("abort", () => reject(work.signal.reason), { once: true });
  });
  // Where nobody waits any more, this must not count as unhandled.
  aborted.catch(() => undefined);
  const onOuterAbort = (): void => work.abort(outer?.reason);
  outer?.addEventListener("abort", onOuterAbort, { once: true });
  clock.sleep(ms, timer.signal).then(
    () => work.abort(new FederationError("TIMED_OUT", `no end after ${ms} ms`)),
    () => undefined,
  );
  try {
    return await Promise.race([run(work.signal), aborted]);
  } finally {
    // A reason of one's own costs nothing, and the usual one an error each time.
    timer.abort(isOver);
    outer?.removeEventListener("abort", onOuterAbort);
  }
}
