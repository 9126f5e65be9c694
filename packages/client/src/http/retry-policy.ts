/** How often and how patiently a request is repeated. */
export interface RetryOptions {
  /** Tries after the first. Default: 5. */
  limit?: number | undefined;
  /** Longest pause between two tries, in milliseconds; also the longest wait that a server may ask for. Default: 60,000. */
  maxDelayMs?: number | undefined;
}

/** {@link RetryOptions} with every value filled in. */
export interface RetryPolicy {
  readonly limit: number;
  readonly maxDelayMs: number;
}

/** Fills in the defaults. */
export function retryPolicy({ limit = 5, maxDelayMs = 60_000 }: RetryOptions = {}): RetryPolicy {
  return { limit, maxDelayMs };
}

/**
 * The pause before try number `attempt` (the first repetition is 1), in milliseconds: doubled each time from half a
 * second, and shortened by up to half at random, so that clients do not come back all at once.
 */
export function backoffMs(attempt: number, maxDelayMs: number, random: () => number = Math.random): number {
  const full = Math.min(maxDelayMs, 500 * 2 ** Math.min(attempt - 1, 20));
  return Math.round(full * (1 - random() / 2));
}
