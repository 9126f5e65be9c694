import type { TimerClock } from "./clock.ts";

/** The longest time that a timer of the platform can take, in milliseconds; a longer one would fire at once. */
export const maxTimerMs: number = 2 ** 31 - 1;

/**
 * The platform's clock and timers; sleeps of any length, up to for ever.
 *
 * @param options - `keepsAlive`: whether a process stays for those who sleep, where there is one; default `true`.
 * @example
 * const clock = timerClock({ keepsAlive: false });
 * await clock.sleep(1_000, signal);
 */
export function timerClock({ keepsAlive = true }: { readonly keepsAlive?: boolean } = {}): TimerClock {
  return {
    now: () => Date.now(),
    sleep: async (ms, signal) => {
      let leftMs = ms;
      for (; leftMs > maxTimerMs; leftMs -= maxTimerMs) await sleepOnce(maxTimerMs, signal, keepsAlive);
      await sleepOnce(leftMs, signal, keepsAlive);
    },
  };
}

function sleepOnce(ms: number, signal: AbortSignal | undefined, keepsAlive: boolean): Promise<void> {
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
    if (!keepsAlive) (timer as Partial<{ unref(): void }>).unref?.();
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
