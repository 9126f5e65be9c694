import { ClientError, type Logger, MatrixError } from "@patrix/client";
import type { TimerClock } from "@patrix/concurrency";

const firstPauseMs = 5000;
const maxPauseMs = 3_600_000;

/** How {@link patiently} waits. */
export interface PatienceOptions {
  readonly clock: TimerClock;
  readonly logger: Logger;
  /** What is done, for the log: `join !room`. */
  readonly what: string;
  readonly signal?: AbortSignal | undefined;
  /** Asked before each try; default: always. */
  readonly isWanted?: (() => boolean) | undefined;
}

/**
 * Does something, and waits and tries again after rate limits, outages and the like, for as long as it is wanted: at least as long as the server
 * asks, 5 seconds at first and up to an hour later. Gives `undefined` once it is not wanted any more.
 *
 * @throws What cannot pass, as a refusal.
 */
export async function patiently<T>(
  task: () => Promise<T>,
  { clock, logger, what, signal, isWanted = () => true }: PatienceOptions,
): Promise<T | undefined> {
  const isOver = (): boolean => signal?.aborted === true || !isWanted();
  for (let attempt = 0; !isOver(); attempt += 1) {
    try {
      return await task();
    } catch (error) {
      if (!mayPass(error)) throw error;
      const asked = error instanceof MatrixError ? (error.retryAfterMs ?? 0) : 0;
      const pauseMs = Math.max(asked, Math.min(maxPauseMs, firstPauseMs * 2 ** Math.min(attempt, 20)));
      logger.warn(`could not ${what} yet (${String(error)}); again in ${pauseMs} ms`);
      await clock.sleep(pauseMs, signal).catch(() => {});
    }
  }
  return undefined;
}

function mayPass(error: unknown): boolean {
  if (error instanceof MatrixError) return error.status === 429 || error.errcode === "M_LIMIT_EXCEEDED" || error.status >= 500;
  return error instanceof ClientError && ["NETWORK_ERROR", "TIMEOUT", "UNEXPECTED_RESPONSE"].includes(error.code);
}
