import type { TimerClock } from "@patrix/concurrency";

/** The longest time that a timer of the platform can take, in milliseconds; a longer one would fire at once. */
export const maxTimerMs: number = 2 ** 31 - 1;

/** The platform's clock and timers; sleeps of any length, up to for ever. */
export const platformClock: TimerClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let leftMs = ms;
    for (; leftMs > maxTimerMs; leftMs -= maxTimerMs) await sleepOnce(maxTimerMs, signal);
    await sleepOnce(leftMs, signal);
  },
};

function sleepOnce(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
