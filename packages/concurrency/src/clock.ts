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

/** A call that is to come. */
export interface Timer {
  /** Sees to it that it does not come any more. */
  cancel(): void;
}

/**
 * The time that a program goes by which runs for long: what it is, how much of it has passed, and what is to be done later. Nothing that waits
 * by it keeps a process alive.
 *
 * @example
 * const timer = clock.every(60_000, () => store.prune(clock.now() - 86_400_000));
 * timer.cancel();
 */
export interface ProgramClock extends TimerClock {
  /** Milliseconds since some moment. It goes on evenly, whatever is done to the time of day. */
  elapsed(): number;
  /** Calls once, after some milliseconds. */
  after(ms: number, run: () => void): Timer;
  /** Calls again and again, for the first time after some milliseconds. */
  every(ms: number, run: () => void): Timer;
  /**
   * Told of work that takes the machine's time and not this clock's, such as a computation on another core, so that a clock of tests does not go
   * on meanwhile; gives the work back. The machine's clock has no use for it.
   */
  readonly hold?: (<T>(work: Promise<T>) => Promise<T>) | undefined;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now() };
