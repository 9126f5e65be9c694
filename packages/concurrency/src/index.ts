/**
 * Order and bounds of asynchronous work: keyed queue, semaphore, single flight, bounded map, clock.
 *
 * @packageDocumentation
 */
export { type Clock, type ProgramClock, systemClock, type Timer, type TimerClock } from "./clock.ts";
export { ConcurrencyError, type ConcurrencyErrorCode } from "./errors.ts";
export { KeyedQueue } from "./keyed-queue.ts";
export { LruCache } from "./lru-cache.ts";
export { programClock } from "./program-clock.ts";
export { Semaphore, type SemaphoreOptions } from "./semaphore.ts";
export { SingleFlight } from "./single-flight.ts";
export { maxTimerMs, timerClock } from "./timer-clock.ts";
