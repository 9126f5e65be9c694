/** Time as a port. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after some milliseconds. @throws The signal's reason if it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** A source of random numbers, at least 0 and below 1, as `Math.random`; nothing secret is made of them. */
export type Random = () => number;
