import { isGuest } from "../accounts/is-guest.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../http/logger.ts";
import { LogReader } from "../log/log-reader.ts";
import { guestRemover } from "../rooms/membership/remove-guests.ts";
import { backfillRelations } from "../rooms/timeline/backfill-relations.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import { operation } from "../store/statement.ts";
import { pruneTransactions } from "../store/statements/events.ts";
import type { HomeserverParts } from "./open-parts.ts";

const LAST_SEEN_INTERVAL_MS = 60_000;
const PRUNE_INTERVAL_MS = 3_600_000;
/** How long the same transaction ID gives the same event. */
const TRANSACTION_LIFETIME_MS = 86_400_000;

/** Starts what runs from time to time, and what follows the log. */
export async function startJobs(parts: HomeserverParts, config: Config, logger: Logger): Promise<AsyncDisposable> {
  const { log, clock } = parts.core;
  const { tokens } = parts.accounts;
  const flushing = setInterval(() => void tokens.flushSeen().catch(() => {}), LAST_SEEN_INTERVAL_MS).unref();
  const prune = (): void => log.carry(operation(pruneTransactions, clock.now() - TRANSACTION_LIFETIME_MS));
  const pruning = setInterval(prune, PRUNE_INTERVAL_MS).unref();
  prune();
  const stopped = new AbortController();
  const backfilling = backfill(parts, logger, stopped.signal);
  const readers = config.registration.guests ? [await followGuestAccess(parts, logger)] : [];
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(flushing);
      clearInterval(pruning);
      parts.rooms.presence[Symbol.dispose]();
      await parts.pushSender[Symbol.asyncDispose]();
      stopped.abort();
      await backfilling;
      await parts.notifications[Symbol.asyncDispose]();
      await parts.searchIndex[Symbol.asyncDispose]();
      for (const reader of readers) await reader[Symbol.asyncDispose]();
    },
  };
}

/** Stores what an earlier release did not; what fails goes on after the next start. */
async function backfill({ core, rooms, searchIndex }: HomeserverParts, logger: Logger, signal: AbortSignal): Promise<void> {
  const failed = (what: string) => (error: unknown) => logger.error(`${what} of earlier events could not be stored`, { error });
  await backfillRelations(core, rooms.rooms.events, rooms.relations, signal).catch(failed("the relations"));
  await searchIndex.backfill(signal).catch(failed("the words"));
}

/** Makes guests leave where they lose access. */
function followGuestAccess({ core, rooms }: HomeserverParts, logger: Logger): Promise<AsyncDisposable> {
  return LogReader.open(core.store, core.log, {
    name: "guest_access",
    start: "now",
    read: readTimelineFacts(rooms.rooms),
    handle: guestRemover(rooms.rooms, rooms.members, (userNid) => isGuest(core, userNid)),
    failed: (error, retryMs) => logger.error("guests could not be taken out of a room", { error, retry_ms: retryMs }),
  });
}
