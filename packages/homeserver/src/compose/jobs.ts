import { isGuest } from "../accounts/is-guest.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../http/logger.ts";
import { LogReader } from "../log/log-reader.ts";
import { guestRemover } from "../rooms/membership/remove-guests.ts";
import { DelayedEventTimer } from "../rooms/delayed/delayed-event-timer.ts";
import { backfillRelations } from "../rooms/timeline/backfill-relations.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import { operation } from "../store/statement.ts";
import { pruneTransactions } from "../store/statements/events.ts";
import type { HomeserverParts } from "./open-parts.ts";
import { openPurge } from "./purges.ts";

const LAST_SEEN_INTERVAL_MS = 60_000;
const SAVE_INTERVAL_MS = 30_000;
const PRUNE_INTERVAL_MS = 3_600_000;
/** How long the same transaction ID gives the same event. */
const TRANSACTION_LIFETIME_MS = 86_400_000;

/** Starts what runs from time to time, and what follows the log. */
export async function startJobs(parts: HomeserverParts, config: Config, logger: Logger): Promise<AsyncDisposable> {
  const { log, clock } = parts.core;
  const { previews, previewImages } = parts.media;
  const { tokens } = parts.accounts;
  const flushing = clock.every(LAST_SEEN_INTERVAL_MS, () => void tokens.flushSeen().catch(() => {}));
  const prune = (): void => {
    log.carry(operation(pruneTransactions, clock.now() - TRANSACTION_LIFETIME_MS));
    void parts.media.administration
      .enforce(config.media.retention)
      .catch((error: unknown) => logger.error("media could not be removed", { error }));
    parts.rooms.delayedEvents.prune();
    parts.rooms.rooms.sticky.prune();
    void previewImages.prune().catch((error: unknown) => logger.error("images of previews could not be removed", { error }));
  };
  const pruning = clock.every(PRUNE_INTERVAL_MS, prune);
  prune();
  if (parts.federation) parts.e2ee.staleDeviceLists.start();
  parts.federation?.completions.start();
  const timer = startDelayedEvents(parts, logger);
  const { connections } = parts.slidingSync;
  const saving = clock.every(SAVE_INTERVAL_MS, () => void connections.flushDue().catch(() => {}));
  const stopped = new AbortController();
  const backfilling = backfill(parts, logger, stopped.signal);
  await parts.purges.resume();
  const purging = startPurge(parts, { backfilled: backfilling, logger, signal: stopped.signal });
  await parts.appserviceStreams.start();
  const readers = config.registration.guests ? [await followGuestAccess(parts, logger)] : [];
  return {
    async [Symbol.asyncDispose]() {
      flushing.cancel();
      pruning.cancel();
      await timer[Symbol.asyncDispose]();
      saving.cancel();
      await connections.flush();
      await previews[Symbol.asyncDispose]();
      parts.rooms.presence[Symbol.dispose]();
      await parts.e2ee.staleDeviceLists[Symbol.asyncDispose]();
      await parts.federation?.completions[Symbol.asyncDispose]();
      await parts.federation?.sender[Symbol.asyncDispose]();
      await parts.pushSender[Symbol.asyncDispose]();
      await parts.appserviceStreams[Symbol.asyncDispose]();
      stopped.abort();
      await parts.purges[Symbol.asyncDispose]();
      await purging[Symbol.asyncDispose]();
      await backfilling;
      await parts.notifications[Symbol.asyncDispose]();
      await parts.searchIndex[Symbol.asyncDispose]();
      for (const reader of readers) await reader[Symbol.asyncDispose]();
    },
  };
}

/** What a job that goes on for long needs. */
interface PurgeSurroundings {
  readonly backfilled: Promise<void>;
  readonly logger: Logger;
  /** Ends what is being removed. */
  readonly signal: AbortSignal;
}

/** Removes messages that are over age, at the start and from time to time, once nothing is stored about earlier events any more. */
function startPurge(parts: HomeserverParts, { backfilled, logger, signal }: PurgeSurroundings): AsyncDisposable {
  const purge = openPurge(parts);
  let running = Promise.resolve();
  const run = (): void => {
    running = running
      .then(() => backfilled)
      .then(async () => void (await purge.run(signal)))
      .catch((error: unknown) => logger.error("messages that are over age could not be removed", { error }));
  };
  const timer = parts.core.clock.every(PRUNE_INTERVAL_MS, run);
  run();
  return {
    async [Symbol.asyncDispose]() {
      timer.cancel();
      await running;
    },
  };
}

/** Sends delayed events when they are due, and at once those that became due while the server was away. */
function startDelayedEvents({ core, rooms: { delayedEvents } }: HomeserverParts, logger: Logger): DelayedEventTimer {
  const failed = (error: unknown): void => logger.error("delayed events could not be sent", { error });
  const timer = new DelayedEventTimer(core, delayedEvents, failed);
  delayedEvents.onScheduled((dueTs) => timer.note(dueTs));
  timer.note(core.clock.now());
  return timer;
}

/** Stores what an earlier release did not; what fails goes on after the next start. */
async function backfill({ core, rooms, searchIndex }: HomeserverParts, logger: Logger, signal: AbortSignal): Promise<void> {
  const failed = (what: string) => (error: unknown) => logger.error(`${what} of earlier events could not be stored`, { error });
  await backfillRelations(core, rooms.rooms.events, rooms.relations, signal).catch(failed("the relations"));
  await searchIndex.backfill(signal).catch(failed("the words"));
}

/** Makes guests leave where they lose access. */
function followGuestAccess({ core, rooms }: HomeserverParts, logger: Logger): Promise<AsyncDisposable> {
  return LogReader.open(core, {
    name: "guest_access",
    start: "now",
    read: readTimelineFacts(rooms.rooms),
    handle: guestRemover(rooms.rooms, rooms.members, (userNid) => isGuest(core, userNid)),
    failed: (error, retryMs) => logger.error("guests could not be taken out of a room", { error, retry_ms: retryMs }),
  });
}
