import { setTimeout as wait } from "node:timers/promises";
import type { TimerClock } from "@patrix/concurrency";

/** The machine's clock and timers. A timer keeps no process alive. */
export const nodeClock: TimerClock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await wait(ms, undefined, { ref: false, ...(signal && { signal }) });
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  },
};
