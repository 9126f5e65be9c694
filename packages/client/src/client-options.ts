import type { TimerClock } from "@patrix/concurrency";
import type { RetryOptions } from "./http/retry-policy.ts";
import type { Logger } from "./logger.ts";
import type { Store } from "./stores/store.ts";

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Where the session and all else is kept. Default: memory. */
  store?: Store | undefined;
  /** Default: the platform's. */
  fetch?: typeof globalThis.fetch | undefined;
  /** Default: warnings and errors go to the console; `silentLogger` says nothing. */
  logger?: Logger | undefined;
  retry?: RetryOptions | undefined;
  /**
   * How answers are read: `lenient` repairs what servers are known to get wrong and leaves out malformed items of lists, such as one event of
   * many, with a line in the log; `strict` only does the latter. Default: `lenient`.
   */
  parsing?: "lenient" | "strict" | undefined;
  /** For tests. */
  clock?: TimerClock | undefined;
}
