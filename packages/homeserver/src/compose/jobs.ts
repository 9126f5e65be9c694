import type { AccessTokens } from "../accounts/access-tokens.ts";
import type { Core } from "../log/core.ts";
import { operation } from "../store/statement.ts";
import { pruneTransactions } from "../store/statements/events.ts";

const LAST_SEEN_INTERVAL_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
/** How long the same transaction ID gives the same event. */
const TRANSACTION_LIFETIME_MS = 86_400_000;

/** Starts what runs from time to time. @returns A function that ends it. */
export function startJobs({ log, clock }: Core, tokens: AccessTokens): () => void {
  const flushing = setInterval(() => void tokens.flushSeen().catch(() => {}), LAST_SEEN_INTERVAL_MS).unref();
  const prune = (): void => log.carry(operation(pruneTransactions, clock.now() - TRANSACTION_LIFETIME_MS));
  const pruning = setInterval(prune, PRUNE_INTERVAL_MS).unref();
  prune();
  return () => {
    clearInterval(flushing);
    clearInterval(pruning);
  };
}
