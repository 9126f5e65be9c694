import { MatrixError } from "@patrix/api";
import type { TimerClock } from "@patrix/concurrency";
import { createTransactionId, type EventId, type RoomId } from "@patrix/identifiers";
import { ClientError, isRequestFailure, isUnknownToken } from "../errors.ts";
import { localEventId, requireSent } from "../events/local-event-id.ts";
import { isTransient } from "../errors.ts";
import type { RequestSender } from "../http/http-client.ts";
import { pauseMs, type RetryPolicy } from "../http/retry-policy.ts";
import type { LiveList } from "../live/live-list.ts";
import type { Logger } from "../logger.ts";
import type { Store, StoreChange } from "../stores/store.ts";
import { BatchedWrites } from "./batched-writes.ts";
import { OutboxEntries, type RoomQueue } from "./outbox-entries.ts";
import { createEntry, dependenciesOf, dependentsOf, type OutboxEntry as Entry, pendingOf } from "./outbox-entry.ts";
import { type OutboxItem, type PendingEvent, readOutboxItem, type SendRequest } from "./outbox-item.ts";
import { OutboxPreparation } from "./outbox-preparation.ts";
import type { Subscription } from "../live/subscription.ts";
import { sendItem } from "./send-item.ts";
import type { Sending, SendingOwner } from "./sending.ts";

/** What an {@link Outbox} is made of. */
export interface OutboxParts {
  readonly http: RequestSender;
  readonly store: Store;
  readonly clock: TimerClock;
  readonly retry: RetryPolicy;
  readonly logger: Logger;
  /** Makes what leaves of an event, right before it does. @throws {ClientError} If the event may not be sent into the room. */
  readonly seal: (roomId: RoomId, event: Pick<OutboxItem, "type" | "content">) => Promise<Pick<OutboxItem, "type" | "content">>;
}

/** Failed sends that are kept for a retry; older ones are forgotten. */
const maxFailed = 100;

/**
 * Sends events: in each room one after the other in the order of asking, each kept in the store before the first try
 * and until the server has answered, with one transaction ID throughout. What names an event that is not sent yet, by its
 * local ID, waits for it and gets the ID that the server gives it.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #writes: BatchedWrites;
  readonly #entries = new OutboxEntries();
  readonly #preparation: OutboxPreparation;
  #seq = 0;
  #stop = new AbortController();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#writes = new BatchedWrites(parts.store);
    this.#preparation = new OutboxPreparation(this.#entries, this.#writes);
  }

  /** What is on its way or has failed, in order of asking. */
  get list(): LiveList<Sending> {
    return this.#entries.list;
  }

  /** What is on its way into a room or has failed, in order of asking. */
  pendingIn(roomId: RoomId): readonly PendingEvent[] {
    return this.#entries.in(roomId).flatMap((entry) => pendingOf(entry) ?? []);
  }

  /** The ID that the server gave to an event, by the one that it had before; `undefined` if it was not sent, or long ago. */
  sentAs(localId: EventId): EventId | undefined {
    return this.#entries.sentAs(localId);
  }

  /** Calls back after each change of what {@link Outbox.pendingIn} gives. */
  watch(roomId: RoomId, callback: () => void): Subscription {
    return this.#entries.watchers.watch(roomId, callback);
  }

  /** Queues an event; a transaction that is queued already stands for both. Refused while sending is paused. */
  send(request: SendRequest): Sending {
    const { roomId, txnId = createTransactionId() } = request;
    const known = this.#entries.find(roomId, localEventId(txnId));
    const failed = known && this.#entries.failed.includes(known) ? known : undefined;
    if (known && !failed) return known.sending;
    // What depends on it comes after it still.
    const entry = this.#createEntry(request, txnId, failed?.seq ?? (this.#seq += 1));
    if (this.#stop.signal.aborted) {
      entry.sending.fail("cancelled", stopped());
      return entry.sending;
    }
    if (failed) this.#entries.unfail(failed);
    this.#preparation.start(entry);
    this.#queue(entry);
    if (failed) this.#revive(entry);
    return entry.sending;
  }

  /** Takes up what an earlier run of the program did not finish. */
  async restore(): Promise<void> {
    const known = new Set(this.#entries.all.map(({ sending }) => sending.txnId));
    const items = [...(await this.#parts.store.all("outbox")).values()].map(readOutboxItem).filter((item) => item !== undefined);
    const orphans: StoreChange[] = [];
    for (const stored of items.sort((a, b) => a.seq - b.seq)) {
      if (known.has(stored.txnId)) continue;
      this.#seq = Math.max(this.#seq, stored.seq);
      const item = this.#entries.withKnownIds(stored);
      const entry = this.#createEntry({ ...item, prepare: () => item }, item.txnId, item.seq);
      entry.item = { ...item, failure: undefined, attempted: undefined };
      const dependencies = [...dependenciesOf(entry)];
      // What it is about was lost before it was kept.
      if (dependencies.some((id) => !this.#entries.find(item.roomId, id))) {
        orphans.push({ table: "outbox", key: item.txnId, value: undefined });
        continue;
      }
      entry.attempted = item.attempted ?? dependencies.length === 0;
      if (item.failure === undefined) this.#queue(entry);
      else {
        entry.sending.fail("failed", new ClientError(dependencies.length > 0 ? "DEPENDENCY_FAILED" : "SEND_FAILED", item.failure));
        this.#entries.fail(entry);
      }
    }
    if (orphans.length > 0) {
      this.#parts.logger.warn(`outbox: ${orphans.length} events go, since what they are about is not there any more`);
      await this.#writes.write(orphans);
    }
    this.#entries.changed();
  }

  /** Sends again after {@link Outbox.pause}, or when a session has come back. */
  resume(): void {
    if (this.#stop.signal.aborted) {
      this.#stop = new AbortController();
      for (const { entries } of this.#entries.rooms) for (const { sending } of entries) sending.reopen();
    }
    for (const room of this.#entries.rooms) this.#drain(room);
  }

  /** Stops sending; what is queued stays in the store, and whoever waits for it is told. */
  pause(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(stopped());
    for (const { entries } of this.#entries.rooms) for (const { sending } of entries) sending.fail("queued", stopped());
  }

  /** Forgets everything: the session that it belonged to is over. */
  clear(): void {
    const error = new ClientError("CANCELLED", "the session ended");
    for (const entry of this.#entries.clear()) {
      entry.abort.abort(error);
      entry.sending.fail("cancelled", error);
    }
    this.#entries.changed();
  }

  #createEntry(request: SendRequest, txnId: string, seq: number): Entry {
    const owner = (entry: Entry): SendingOwner => ({ abort: () => this.#abort(entry), retry: () => this.#retry(entry) });
    return createEntry({ request, txnId, seq, ts: this.#parts.clock.now(), owner });
  }

  #queue(entry: Entry): void {
    this.#drain(this.#entries.add(entry));
  }

  #drain(room: RoomQueue): void {
    if (room.running || this.#stop.signal.aborted) return;
    room.running = true;
    void this.#drainLoop(room, this.#stop.signal).finally(() => {
      room.running = false;
      // Something may have come between the last look and now.
      if (room.entries.length > 0 && !this.#stop.signal.aborted && this.#resumable(room)) this.#drain(room);
    });
  }

  #resumable(room: RoomQueue): boolean {
    return room.entries[0]?.sending.state.value === "queued" && !this.#waitsForSession.has(room);
  }

  readonly #waitsForSession = new WeakSet<RoomQueue>();

  async #drainLoop(room: RoomQueue, stop: AbortSignal): Promise<void> {
    this.#waitsForSession.delete(room);
    for (let attempt = 1; !stop.aborted;) {
      const entry = room.entries[0];
      if (!entry) return;
      try {
        const eventId = await this.#sendOnce(entry, stop);
        // The next request need not wait for the store.
        void this.#succeed(entry, eventId);
        attempt = 1;
      } catch (error) {
        // An aborted entry has left the queue already.
        if (!room.entries.includes(entry)) continue;
        if (stop.aborted) {
          entry.sending.state.set("queued");
          return;
        }
        if (isUnknownToken(error) || (error instanceof ClientError && error.code === "NOT_LOGGED_IN")) {
          entry.sending.state.set("queued");
          this.#waitsForSession.add(room);
          return;
        }
        if (!isTransient(error)) {
          await this.#fail(entry, error);
          attempt = 1;
          continue;
        }
        entry.sending.state.set("queued");
        await this.#backOff(error, attempt, AbortSignal.any([stop, entry.abort.signal]));
        attempt += 1;
      }
    }
  }

  async #sendOnce(entry: Entry, stop: AbortSignal): Promise<EventId> {
    const signal = AbortSignal.any([stop, entry.abort.signal]);
    try {
      await entry.ready;
    } catch (error) {
      // The next try prepares anew.
      if (isTransient(error)) this.#preparation.start(entry);
      throw error;
    }
    signal.throwIfAborted();
    await this.#preparation.requireDependencies(entry);
    signal.throwIfAborted();
    const { item, sending } = entry;
    if (!item) throw new ClientError("CANCELLED", "the send was not prepared");
    // What is encrypted nobody can look into later.
    requireSent([item.content, item.redacts]);
    const { type, content } = await this.#parts.seal(item.roomId, item);
    signal.throwIfAborted();
    const before = entry.attempted;
    entry.attempted = true;
    sending.state.set("sending");
    const eventId = await sendItem(this.#parts.http, { ...item, type, content }, stop).catch((error: unknown) => {
      // What was refused was not taken in: it can still be taken back.
      if (error instanceof MatrixError && error.status < 500) entry.attempted = before;
      throw error;
    });
    return eventId;
  }

  async #succeed(entry: Entry, eventId: EventId): Promise<void> {
    const { sending, request } = entry;
    this.#entries.settle(entry, eventId);
    const changes: StoreChange[] = [{ table: "outbox", key: sending.txnId, value: undefined }];
    for (const other of this.#entries.in(request.roomId)) {
      const item = other.item && this.#entries.withKnownIds(other.item);
      if (!item || item === other.item) continue;
      other.item = item;
      const { error } = other.sending;
      changes.push({
        table: "outbox",
        key: item.txnId,
        value: error && this.#entries.failed.includes(other) ? failedItem(other, item, error) : item,
      });
    }
    this.#entries.remove(entry);
    // Forgotten before anyone hears of it; if that fails, the same transaction is sent again, which gives the same event.
    await this.#writes.write(changes).catch((error: unknown) => this.#parts.logger.warn(`outbox: ${String(error)}`));
    sending.succeed(eventId);
  }

  async #backOff(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, retry, logger } = this.#parts;
    const delayMs = pauseMs(error, attempt, retry.maxDelayMs);
    logger.debug(`outbox: try ${attempt} failed (${String(error)}); again in ${delayMs} ms`);
    await clock.sleep(delayMs, signal).catch(() => {});
  }

  async #fail(entry: Entry, cause: unknown): Promise<void> {
    const error = isRequestFailure(cause) ? cause : new ClientError("BAD_FILE", `the event could not be made: ${String(cause)}`, cause);
    this.#parts.logger.warn(`outbox: an event could not be sent: ${error.message}`);
    this.#entries.fail(entry);
    const changes: StoreChange[] = [];
    if (entry.item) changes.push({ table: "outbox", key: entry.item.txnId, value: failedItem(entry, entry.item, error) });
    await this.#writes.write(changes).catch((failure: unknown) => this.#parts.logger.error(`outbox: ${String(failure)}`));
    entry.sending.fail("failed", error);
    this.#entries.remove(entry);
    const { failed } = this.#entries;
    const forgotten = failed.slice(0, Math.max(0, failed.length - maxFailed));
    const gone = forgotten.flatMap((each) => [each, ...dependentsOf(each, this.#entries.in(each.request.roomId))]);
    await this.#preparation.takeBack(gone).catch((failure: unknown) => this.#parts.logger.error(`outbox: ${String(failure)}`));
  }

  async #abort(entry: Entry): Promise<boolean> {
    if (!this.#entries.find(entry.request.roomId, entry.localId)) return false;
    if (entry.attempted && entry.sending.state.value !== "failed") return false;
    await this.#preparation.takeBack([entry, ...dependentsOf(entry, this.#entries.in(entry.request.roomId))]);
    return true;
  }

  #retry(entry: Entry): void {
    if (entry.sending.state.value !== "failed" || !this.#entries.failed.includes(entry)) return;
    this.#requeue(entry);
    this.#revive(entry);
  }

  /** Lets those go on that failed because of an entry. */
  #revive(entry: Entry): void {
    for (const dependent of dependentsOf(entry, this.#entries.failed)) this.#requeue(dependent);
  }

  #requeue(entry: Entry): void {
    this.#entries.unfail(entry);
    entry.sending.reopen();
    if (entry.item) {
      // Kept before the next try: after a crash nobody would know of it.
      entry.ready = this.#writes.write([{ table: "outbox", key: entry.sending.txnId, value: entry.item }]);
      entry.ready.catch(() => {});
    } else this.#preparation.start(entry);
    this.#queue(entry);
  }
}

/** A failed entry as it is kept. */
function failedItem({ attempted }: Entry, item: OutboxItem, { message }: Error): OutboxItem {
  return { ...item, failure: message, attempted };
}

function stopped(): ClientError {
  return new ClientError("STOPPED", "the client was stopped");
}
