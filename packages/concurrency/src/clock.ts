/** The time, as a port: tests bring their own. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

/** The time and a timer, as a port. */
export interface TimerClock extends Clock {
  /** Resolves after some milliseconds. @throws The signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
