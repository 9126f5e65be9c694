import type { TimerClock } from "@patrix/concurrency";
import type { EncryptionOptions } from "./encryption/encryption-options.ts";
import type { RetryOptions } from "./http/retry-policy.ts";
import type { Logger } from "./logger.ts";
import type { Store } from "./stores/store.ts";

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Where the session and all else is kept. Default: memory. */
  store?: Store | undefined;
  /**
   * End-to-end encryption, whose engine of 2 MB is loaded when it is on. Without it encrypted rooms can be neither read nor written
   * to. Default: `false`.
   */
  encryption?: boolean | EncryptionOptions | undefined;
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
  /**
   * How the server is asked for what is new: by `/sync` (`v3`), by simplified sliding sync, which has the rooms first that were active
   * last, or, with `auto`, by that where the server has it. Either way the client comes to know the same. Default: `v3`.
   */
  sync?: "auto" | "v3" | "sliding" | undefined;
  /** For tests. */
  clock?: TimerClock | undefined;
}
