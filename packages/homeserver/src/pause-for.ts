import type { TimerClock } from "@patrix/concurrency";

/** Waits some milliseconds, or until it is told to stop; nothing else is kept running for it. */
export async function pauseFor(clock: TimerClock, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(ms, signal).catch(() => {});
}
