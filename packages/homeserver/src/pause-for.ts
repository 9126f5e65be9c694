import { setTimeout as sleep } from "node:timers/promises";

/** Waits some milliseconds, or until it is told to stop; nothing else is kept running for it. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
