import { MatrixError } from "@patrix/api";

/** How often and how patiently a request is repeated. */
export interface RetryOptions {
  /** Tries after the first. Default: 5. */
  limit?: number | undefined;
  /**
   * Longest pause between two tries, in milliseconds. Default: 60,000. A single request of which the server asks to wait longer
   * fails with the server's error; sync and the outbox wait for as long as they are asked to.
   */
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

/**
 * The pause after a failure, in milliseconds: what the server asks for, or the back-off. A server that goes on asking for less
 * than the back-off gets the back-off, so that nobody is stormed with requests.
 */
export function pauseMs(error: unknown, attempt: number, maxDelayMs: number): number {
  const backoff = backoffMs(attempt, maxDelayMs);
  const asked = error instanceof MatrixError ? error.retryAfterMs : undefined;
  if (asked === undefined) return backoff;
  return attempt > 1 ? Math.max(asked, backoff) : Math.max(asked, 0);
}
