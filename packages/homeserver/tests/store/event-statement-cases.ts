// Statements about events that are sent later, sticky, or redacted before they come, threads that users follow, and who may not speak.
import { operation, type WriteOperation } from "../../src/store/statement.ts";
import { suspendAccount } from "../../src/store/statements/accounts.ts";
import * as delayed from "../../src/store/statements/delayed-events.ts";
import * as retention from "../../src/store/statements/retention.ts";
import * as pending from "../../src/store/statements/pending-redactions.ts";
import * as sticky from "../../src/store/statements/sticky-events.ts";
import * as subscriptions from "../../src/store/statements/thread-subscriptions.ts";
import { each, json, LARGEST, read, type ReadCase } from "./statement-case.ts";

/** Writes that fill the tables, and change what they have stored. */
export const storingEvents: readonly WriteOperation[] = [
  operation(suspendAccount, 1, 1_700_000_000_000),
  operation(suspendAccount, 1, null),
  ...[1, 2, 3, 4].map((i) => operation(delayed.insertDelayedEvent, `delay${i}`, i % 2, 64, i === 1 ? "txn" : null, ...delayedEvent(i))),
  operation(delayed.restartDelayedEvent, "delay1", 10, LARGEST),
  operation(delayed.finaliseDelayedEvent, "delay2", LARGEST, 64, null),
  operation(delayed.finaliseDelayedEvent, "delay3", 100, null, json),
  operation(delayed.finaliseDelayedEvent, "delay3", 200, 64, null),
  operation(delayed.pruneDelayedEvents, 100),
  ...[64, 128].map((nid) => operation(pending.insertPendingRedaction, nid, 64, "$target")),
  ...[1, 2, 3].map((i) => operation(subscriptions.upsertThreadSubscription, 1, 64, `$${i}`, i % 2, 0, i * 64, 0)),
  operation(subscriptions.upsertThreadSubscription, 1, 64, "$1", 0, 0, 256, LARGEST),
  ...[64, 128].map((nid) => operation(sticky.insertStickyEvent, nid, 64, 1, nid === 64 ? 50 : LARGEST, 100)),
];

function delayedEvent(
  i: number,
): [
  room: number,
  type: string,
  key: string | null,
  json: string,
  sticky: number | null,
  ms: number,
  since: number,
  due: number,
  after: number,
] {
  return [64, "m.room.message", i === 1 ? null : "key", json, i === 1 ? null : 60_000, 5, i, i + 5, LARGEST];
}

/** Every reading statement, for what {@link storingEvents} leaves behind. */
export const readingEvents: readonly ReadCase[] = [
  ...["delay1", "delay2", "none"].map((id) => read(delayed.delayedEventOf, id)),
  read(delayed.scheduledDelayedEvents, 1),
  read(delayed.finalisedDelayedEvents, 1, 10),
  read(delayed.countDelayedEvents, 1),
  read(delayed.countDelayedEvents, 9),
  read(delayed.delayedEventOfTransaction, 1, 64, "txn"),
  read(delayed.dueDelayedEvents, LARGEST, 10),
  read(delayed.nextDelayedEvent),
  read(sticky.stickyEvents, 10),
  read(retention.agesInTimeline, 64, 0, 2),
  read(retention.agesOutside, 64, 0, 10),
  read(pending.pendingRedactionsOf, 64, "$target"),
  read(subscriptions.threadSubscriptionOf, 1, 64, "$1"),
  read(subscriptions.subscribedThreads, 1),
  read(subscriptions.countThreadSubscriptions, 1),
  read(subscriptions.threadSubscriptionChanges, 1, 64, 256, 2),
];

/** Writes that remove what {@link storingEvents} has stored. */
export const removingEvents: readonly WriteOperation[] = [
  operation(retention.stripEvent, 64, json),
  ...each(retention.purgeTraces, 64, 64),
  operation(retention.deleteEvent, 64),
  operation(retention.purgeTransactions, 1),
  operation(retention.purgeTimelineSpans, 64, 0, LARGEST),
  operation(sticky.pruneStickyEvents, 50),
  operation(delayed.trimDelayedEvents, 1, 0),
  operation(pending.deletePendingRedactions, 64, "$target"),
  operation(delayed.deleteDelayedEvents, 1),
];
