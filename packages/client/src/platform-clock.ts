import { type TimerClock, timerClock } from "@patrix/concurrency";

/** The platform's clock and timers; sleeps of any length, up to for ever. */
export const platformClock: TimerClock = timerClock();
