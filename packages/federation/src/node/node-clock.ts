import { type TimerClock, timerClock } from "@patrix/concurrency";

/** The machine's clock and timers. A timer keeps no process alive. */
export const nodeClock: TimerClock = timerClock({ keepsAlive: false });
