import { redactEvent, sendMessage } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import { createTransactionId, type EventId, type RoomId } from "@patrix/identifiers";
import { ClientError, isRequestFailure, isUnknownToken } from "../errors.ts";
import { isRateLimit, isTransient, type RequestSender } from "../http/http-client.ts";
import { pauseMs, type RetryPolicy } from "../http/retry-policy.ts";
import { type LiveList, LiveListValue } from "../live/live-list.ts";
import type { Logger } from "../logger.ts";
import type { Store } from "../stores/store.ts";
import { BatchedWrites } from "./batched-writes.ts";
import { type OutboxItem, type PendingEvent, readOutboxItem, type SendRequest } from "./outbox-item.ts";
import type { Subscription } from "../live/subscription.ts";
import { RoomWatchers } from "./room-watchers.ts";
import { type Sending, SendingHandle } from "./sending.ts";

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

interface Entry {
  readonly request: SendRequest;
  readonly seq: number;
  /** When it was asked for, in milliseconds since the Unix epoch. */
  readonly ts: number;
  readonly sending: SendingHandle;
  readonly abort: AbortController;
  /** Set once the event is kept in the store. */
  item: OutboxItem | undefined;
  ready: Promise<void>;
  /** Whether the server may have seen it. */
  attempted: boolean;
}

interface RoomQueue {
  readonly entries: Entry[];
  running: boolean;
}

/** Failed sends that are kept for a retry; older ones are forgotten. */
const maxFailed = 100;

/**
 * Sends events: in each room one after the other in the order of asking, each kept in the store before the first try
 * and until the server has answered, with one transaction ID throughout.
 */
export class Outbox {
  readonly #parts: OutboxParts;
  readonly #writes: BatchedWrites;
  readonly #rooms = new Map<RoomId, RoomQueue>();
  readonly #list = new LiveListValue<Sending>([]);
  readonly #watchers = new RoomWatchers();
  #failed: Entry[] = [];
  #seq = 0;
  #stop = new AbortController();

  constructor(parts: OutboxParts) {
    this.#parts = parts;
    this.#writes = new BatchedWrites(parts.store);
  }

  /** What is on its way or has failed, in order of asking. */
  get list(): LiveList<Sending> {
    return this.#list;
  }

  /** What is on its way into a room or has failed, in order of asking. */
  pendingIn(roomId: RoomId): readonly PendingEvent[] {
    const entries = [...(this.#rooms.get(roomId)?.entries ?? []), ...this.#failed.filter(({ request }) => request.roomId === roomId)];
    return entries.sort((a, b) => a.seq - b.seq).flatMap((entry) => pendingOf(entry) ?? []);
  }

  /** Calls back after each change of what {@link Outbox.pendingIn} gives. */
  watch(roomId: RoomId, callback: () => void): Subscription {
    return this.#watchers.watch(roomId, callback);
  }

  /** Queues an event; a transaction that is queued already stands for both. Refused while sending is paused. */
  send(request: SendRequest): Sending {
    const { roomId, txnId = createTransactionId() } = request;
    const queued = this.#rooms.get(roomId)?.entries.find(({ sending }) => sending.txnId === txnId);
    if (queued) return queued.sending;
    const entry = this.#createEntry(request, txnId, (this.#seq += 1));
    if (this.#stop.signal.aborted) {
      entry.sending.fail("cancelled", stopped());
      return entry.sending;
    }
    this.#failed = this.#failed.filter((failed) => failed.request.roomId !== roomId || failed.sending.txnId !== txnId);
    entry.ready = this.#prepare(entry);
    // Whoever drains the room looks at the outcome.
    entry.ready.catch(() => {});
    this.#queue(entry);
    return entry.sending;
  }

  /** Takes up what an earlier run of the program did not finish. */
  async restore(): Promise<void> {
    const known = new Set(
      [...this.#rooms.values()]
        .flatMap(({ entries }) => entries)
        .concat(this.#failed)
        .map(({ sending }) => sending.txnId),
    );
    const items = [...(await this.#parts.store.all("outbox")).values()].map(readOutboxItem).filter((item) => item !== undefined);
    for (const item of items.sort((a, b) => a.seq - b.seq)) {
      if (known.has(item.txnId)) continue;
      this.#seq = Math.max(this.#seq, item.seq);
      const entry = this.#createEntry({ ...item, prepare: () => item }, item.txnId, item.seq);
      entry.item = item;
      entry.attempted = true;
      if (item.failure === undefined) this.#queue(entry);
      else {
        entry.sending.fail("failed", new ClientError("SEND_FAILED", item.failure));
        this.#failed.push(entry);
      }
    }
    this.#changed();
  }

  /** Sends again after {@link Outbox.pause}, or when a session has come back. */
  resume(): void {
    if (this.#stop.signal.aborted) {
      this.#stop = new AbortController();
      for (const { entries } of this.#rooms.values()) for (const { sending } of entries) sending.reopen();
    }
    for (const room of this.#rooms.values()) this.#drain(room);
  }

  /** Stops sending; what is queued stays in the store, and whoever waits for it is told. */
  pause(): void {
    if (this.#stop.signal.aborted) return;
    this.#stop.abort(stopped());
    for (const { entries } of this.#rooms.values()) for (const { sending } of entries) sending.fail("queued", stopped());
  }

  /** Forgets everything: the session that it belonged to is over. */
  clear(): void {
    const entries = [...this.#rooms.values()].flatMap((room) => room.entries.splice(0));
    const error = new ClientError("CANCELLED", "the session ended");
    for (const entry of entries) {
      entry.abort.abort(error);
      entry.sending.fail("cancelled", error);
    }
    this.#failed = [];
    this.#changed();
  }

  #createEntry(request: SendRequest, txnId: string, seq: number): Entry {
    const owner = { abort: () => this.#abort(entry), retry: () => this.#retry(entry) };
    const sending = new SendingHandle(txnId, owner);
    const entry: Entry = {
      request,
      seq,
      ts: this.#parts.clock.now(),
      sending,
      abort: new AbortController(),
      item: undefined,
      ready: Promise.resolve(),
      attempted: false,
    };
    return entry;
  }

  #queue(entry: Entry): void {
    const { roomId } = entry.request;
    let room = this.#rooms.get(roomId);
    if (!room) this.#rooms.set(roomId, (room = { entries: [], running: false }));
    room.entries.push(entry);
    room.entries.sort((a, b) => a.seq - b.seq);
    this.#changed(roomId);
    this.#drain(room);
  }

  /** Makes the content and keeps it in the store. */
  async #prepare(entry: Entry): Promise<void> {
    const { request, sending, seq, abort } = entry;
    if (request.uploads === true) sending.state.set("uploading");
    const onProgress = (progress: { sent: number; total: number }): void => sending.progress.set(progress);
    const { content, redacts } = await request.prepare({ signal: abort.signal, onProgress });
    const item: OutboxItem = { txnId: sending.txnId, seq, roomId: request.roomId, type: request.type, content, redacts };
    await this.#writes.write([{ table: "outbox", key: item.txnId, value: item }]);
    entry.item = item;
    if (sending.state.value === "uploading") sending.state.set("queued");
    this.#watchers.tell(request.roomId);
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
        this.#remove(room, entry);
        // The next request need not wait for the store.
        void this.#succeed(entry, eventId);
        attempt = 1;
      } catch (error) {
        // An aborted entry has left the queue already.
        if (room.entries[0] !== entry) continue;
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
          await this.#fail(room, entry, error);
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
    if (!entry.item) {
      try {
        await entry.ready;
      } catch (error) {
        // The next try prepares anew.
        if (isTransient(error)) {
          entry.ready = this.#prepare(entry);
          entry.ready.catch(() => {});
        }
        throw error;
      }
    }
    signal.throwIfAborted();
    const { item, sending } = entry;
    if (!item) throw new ClientError("CANCELLED", "the send was not prepared");
    const { type, content } = await this.#parts.seal(item.roomId, item);
    signal.throwIfAborted();
    const before = entry.attempted;
    entry.attempted = true;
    sending.state.set("sending");
    const eventId = await this.#request({ ...item, type, content }, stop).catch((error: unknown) => {
      // What was refused for now was not taken in: it can still be taken back.
      if (isRateLimit(error)) entry.attempted = before;
      throw error;
    });
    return eventId;
  }

  async #succeed({ sending }: Entry, eventId: EventId): Promise<void> {
    // Forgotten before anyone hears of it; if that fails, the same transaction is sent again, which gives the same event.
    await this.#writes
      .write([{ table: "outbox", key: sending.txnId, value: undefined }])
      .catch((error: unknown) => this.#parts.logger.warn(`outbox: ${String(error)}`));
    sending.succeed(eventId);
  }

  async #request({ roomId, type, txnId, content, redacts }: OutboxItem, signal: AbortSignal): Promise<EventId> {
    const { http } = this.#parts;
    // Trying again is the outbox's own business, so that the room waits meanwhile.
    const options = { signal, retries: 0 };
    if (redacts === undefined) {
      const answer = await http.send(sendMessage, { path: { roomId, eventType: type, txnId }, body: content }, options);
      return answer.event_id;
    }
    const answer = await http.send(redactEvent, { path: { roomId, eventId: redacts, txnId }, body: content }, options);
    if (answer.event_id === undefined) throw new ClientError("UNEXPECTED_RESPONSE", "the server did not name the redaction");
    return answer.event_id;
  }

  async #backOff(error: unknown, attempt: number, signal: AbortSignal): Promise<void> {
    const { clock, retry, logger } = this.#parts;
    const delayMs = pauseMs(error, attempt, retry.maxDelayMs);
    logger.debug(`outbox: try ${attempt} failed (${String(error)}); again in ${delayMs} ms`);
    await clock.sleep(delayMs, signal).catch(() => {});
  }

  async #fail(room: RoomQueue, entry: Entry, cause: unknown): Promise<void> {
    const error = isRequestFailure(cause) ? cause : new ClientError("BAD_FILE", `the event could not be made: ${String(cause)}`, cause);
    this.#parts.logger.warn(`outbox: an event could not be sent: ${error.message}`);
    this.#failed.push(entry);
    const forgotten = this.#failed.splice(0, Math.max(0, this.#failed.length - maxFailed));
    const changes = forgotten.map(({ sending }) => ({ table: "outbox" as const, key: sending.txnId, value: undefined as unknown }));
    if (entry.item) changes.push({ table: "outbox", key: entry.item.txnId, value: { ...entry.item, failure: error.message } });
    await this.#writes.write(changes).catch((failure: unknown) => this.#parts.logger.error(`outbox: ${String(failure)}`));
    this.#remove(room, entry);
    entry.sending.fail("failed", error);
  }

  async #abort(entry: Entry): Promise<boolean> {
    const isFailed = entry.sending.state.value === "failed";
    if (!isFailed && (entry.attempted || entry.sending.state.value === "cancelled")) return false;
    const error = new ClientError("CANCELLED", "the send was aborted");
    const room = this.#rooms.get(entry.request.roomId);
    this.#failed = this.#failed.filter((other) => other !== entry);
    if (room) this.#remove(room, entry);
    else this.#changed(entry.request.roomId);
    entry.abort.abort(error);
    if (!isFailed) entry.sending.fail("cancelled", error);
    await entry.ready.catch(() => {});
    await this.#writes.write([{ table: "outbox", key: entry.sending.txnId, value: undefined }]);
    return true;
  }

  #retry(entry: Entry): void {
    if (entry.sending.state.value !== "failed") return;
    this.#failed = this.#failed.filter((other) => other !== entry);
    entry.sending.reopen();
    if (!entry.item) {
      entry.ready = this.#prepare(entry);
      entry.ready.catch(() => {});
    }
    this.#queue(entry);
  }

  #remove(room: RoomQueue, entry: Entry): void {
    const index = room.entries.indexOf(entry);
    if (index >= 0) room.entries.splice(index, 1);
    if (room.entries.length === 0) this.#rooms.delete(entry.request.roomId);
    this.#changed(entry.request.roomId);
  }

  #changed(roomId?: RoomId): void {
    const entries = [...this.#rooms.values()].flatMap((room) => room.entries).concat(this.#failed);
    this.#list.update(entries.sort((a, b) => a.seq - b.seq).map(({ sending }) => sending));
    this.#watchers.tell(roomId);
  }
}

function pendingOf({ request, item, sending, ts }: Entry): PendingEvent | undefined {
  const { roomId, type } = request;
  const content = item?.content ?? request.preview;
  return content && { sending, roomId, type, ts, content, redacts: item?.redacts };
}

function stopped(): ClientError {
  return new ClientError("STOPPED", "the client was stopped");
}
