import type { JsonObject } from "@patrix/api";
import {
  answeredError,
  type BuiltTransaction,
  buildTransaction,
  type FederationClient,
  isFederationError,
  MAX_TRANSACTION_EDUS,
  MAX_TRANSACTION_PDUS,
} from "@patrix/federation";
import { sendTransaction } from "@patrix/federation-api";
import type { Edu } from "@patrix/events";
import type { Clock } from "@patrix/concurrency";
import { limits } from "../../limits.ts";
import { nextTurn } from "../../turns.ts";
import type { WaitingFigures } from "./destination-meter.ts";

/** How soon a server that does not answer is tried again, before it is left alone for longer, in milliseconds. */
const QUICK_RETRIES_MS: readonly number[] = [500, 1_000, 2_000, 4_000, 8_000, 15_000, 30_000];

/** Something that waits in the store for a server. */
export interface OutboxItem {
  readonly nid: number;
  readonly edu: Edu;
}

/** What a destination reads from and reports to. */
export interface DestinationPorts {
  readonly serverName: string;
  readonly client: Pick<FederationClient, "request">;
  readonly clock: Clock;
  /** Events as the server gets them, by number; those that are not for it are left out. */
  readonly pdus: (eventNids: readonly number[]) => Promise<JsonObject[]>;
  /** What waits in the store after a number, oldest first. */
  readonly outbox: (after: number, limit: number) => Promise<readonly OutboxItem[]>;
  /** Numbers of events that the server has not got, oldest first; with whether there are more. */
  readonly missed: () => Promise<{ readonly eventNids: readonly number[]; readonly hasMore: boolean }>;
  /** Told what has reached the server: up to which number of the outbox, and the last event where there was one. */
  readonly reached: (done: {
    readonly outboxNid?: number | undefined;
    readonly eventNid?: number | undefined;
    readonly isCaughtUp: boolean;
  }) => void;
  /** Told of each failure, and how long the server is left alone. */
  readonly failed: (error: unknown, retryMs: number) => void;
  /** Told of each transaction that the server has taken. */
  readonly delivered: (sent: { readonly pdus: number; readonly edus: number }) => void;
  /** Told when nothing waits any more. */
  readonly idle: () => void;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What is on its way. */
interface Batch {
  readonly txnId: string;
  readonly transaction: BuiltTransaction;
  readonly eventNids: readonly number[];
  readonly outboxNid: number | undefined;
  readonly ephemeral: readonly Edu[];
}

let transactions = 0;

/**
 * What is sent to one server: events and EDUs in order, one transaction after the other. A transaction that fails is sent again as it is.
 * What the server did not get while it was away it gets from the store, so that nothing but a few numbers is in memory.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#transactions}
 */
export class Destination {
  readonly server: string;
  readonly #ports: DestinationPorts;
  readonly #stopped: AbortSignal;
  /** Numbers of events. */
  #events: number[] = [];
  /** EDUs that matter only now, by what a later one replaces. */
  readonly #ephemeral = new Map<string, Edu>();
  #hasOutbox = false;
  /** Up to where the outbox has reached the server: that what is before it is gone from the store comes later. */
  #outboxSent: number;
  /** Whether there are events for the server that are not in memory. */
  #isBehind = false;
  #running: Promise<void> | undefined;
  #wake: (() => void) | undefined;
  #attempts = 0;
  #retryTs = 0;

  /** @param outboxSent - Up to where the outbox has reached the server already. */
  constructor(server: string, ports: DestinationPorts, stopped: AbortSignal, outboxSent = 0) {
    this.server = server;
    this.#outboxSent = outboxSent;
    this.#ports = ports;
    this.#stopped = stopped;
  }

  /** Whether nothing waits. */
  get isIdle(): boolean {
    return this.#running === undefined;
  }

  /** What waits for the server just now. */
  get figures(): WaitingFigures {
    const [events, edus] = [this.#events.length, this.#ephemeral.size];
    return { server: this.server, events, edus, isBehind: this.#isBehind, attempts: this.#attempts, retryTs: this.#retryTs };
  }

  /** How many failures in a row there were since it last answered. */
  get attempts(): number {
    return this.#attempts;
  }

  /** Takes an event. */
  offer(eventNid: number): void {
    if (this.#events.length >= limits.destinationEvents.value) {
      // What is in memory is in the store as well.
      this.#events = [];
      this.#isBehind = true;
    } else if (!this.#isBehind) this.#events.push(eventNid);
    this.#start();
  }

  /** Takes an EDU that matters only now. @param key - Another one with the same key replaces it. */
  offerEphemeral(key: string, edu: Edu): void {
    this.#ephemeral.delete(key);
    this.#ephemeral.set(key, edu);
    const [oldest] = this.#ephemeral.keys();
    if (this.#ephemeral.size > limits.destinationEdus.value && oldest !== undefined) this.#ephemeral.delete(oldest);
    this.#start();
  }

  /** Notes that something waits in the store. */
  offerOutbox(): void {
    this.#hasOutbox = true;
    this.#start();
  }

  /** Tries again at once: the server was heard from, or an operator asks for it. */
  retry(): void {
    this.#attempts = 0;
    this.#wake?.();
  }

  /** Notes that there may be events that it has missed, and begins to send them: before anything else is offered. */
  resume(): void {
    this.#isBehind = true;
    this.#start();
  }

  /** Resolves when it has stopped. */
  async stopped(): Promise<void> {
    this.#wake?.();
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
      if (this.#stopped.aborted) return;
      if (this.#hasWork) this.#start();
      else this.#ports.idle();
    });
  }

  get #hasWork(): boolean {
    return this.#events.length > 0 || this.#ephemeral.size > 0 || this.#hasOutbox || this.#isBehind;
  }

  async #run(): Promise<void> {
    // What comes meanwhile goes into one transaction; and an event of a large room begins a thousand of them at once.
    await nextTurn();
    while (this.#hasWork && !this.#stopped.aborted) {
      try {
        const batch = await this.#collect();
        if (batch) await this.#deliver(batch);
      } catch (error) {
        if (!this.#stopped.aborted) await this.#wait(error);
      }
    }
  }

  async #collect(): Promise<Batch | undefined> {
    const ports = this.#ports;
    if (this.#isBehind && this.#events.length === 0) {
      // Whatever comes from here on is offered, or is in the store after what is read now.
      this.#isBehind = false;
      const { eventNids, hasMore } = await this.#readMissed();
      this.#isBehind ||= hasMore;
      this.#events = [...new Set([...eventNids, ...this.#events])].toSorted((a, b) => a - b);
    }
    const eventNids = this.#events.slice(0, MAX_TRANSACTION_PDUS);
    const pdus = eventNids.length === 0 ? [] : await ports.pdus(eventNids);
    const items = await this.#readOutbox();
    const ephemeral = [...this.#ephemeral.values()].slice(0, MAX_TRANSACTION_EDUS - items.length);
    const edus = [...items.map(({ edu }) => edu), ...ephemeral];
    if (pdus.length === 0 && edus.length === 0) {
      this.#finish({ eventNids, outboxNid: undefined, ephemeral: [] });
      return undefined;
    }
    const transaction = buildTransaction({ origin: ports.serverName, nowTs: ports.clock.now(), pdus, edus });
    const sentItems = items.slice(0, transaction.takenEdus);
    // What had no room any more is read again.
    if (sentItems.length < items.length) this.#hasOutbox = true;
    const txnId = `${ports.clock.now().toString(36)}-${(transactions++).toString(36)}`;
    return {
      txnId,
      transaction,
      // Events that are not for the server are done with those beside them.
      eventNids: transaction.takenPdus === pdus.length ? eventNids : eventNids.slice(0, transaction.takenPdus),
      outboxNid: sentItems.at(-1)?.nid,
      ephemeral: ephemeral.slice(0, Math.max(0, transaction.takenEdus - items.length)),
    };
  }

  async #readMissed(): ReturnType<DestinationPorts["missed"]> {
    try {
      return await this.#ports.missed();
    } catch (error) {
      this.#isBehind = true;
      throw error;
    }
  }

  /** What waits in the store, where something does. */
  async #readOutbox(): Promise<readonly OutboxItem[]> {
    if (!this.#hasOutbox) return [];
    this.#hasOutbox = false;
    try {
      return await this.#ports.outbox(this.#outboxSent, MAX_TRANSACTION_EDUS);
    } catch (error) {
      this.#hasOutbox = true;
      throw error;
    }
  }

  /** Sends a transaction until the server has it. */
  async #deliver(batch: Batch): Promise<void> {
    const { client } = this.#ports;
    while (!this.#stopped.aborted) {
      try {
        const request = { path: { txnId: batch.txnId }, body: batch.transaction.body };
        const ignoreBackoff = this.#attempts < QUICK_RETRIES_MS.length;
        await client.request(this.server, sendTransaction, request, { ignoreBackoff, signal: this.#stopped });
        this.#attempts = 0;
        this.#ports.delivered({ pdus: batch.transaction.takenPdus, edus: batch.transaction.takenEdus });
        return this.#finish(batch);
      } catch (error) {
        if (this.#stopped.aborted) return;
        // It does not want it and never will: the next ones may be better.
        if (isRefusal(error)) return this.#finish(batch);
        await this.#wait(error);
      }
    }
  }

  #finish({ eventNids, outboxNid, ephemeral }: Pick<Batch, "eventNids" | "outboxNid" | "ephemeral">): void {
    const done = new Set(eventNids);
    this.#events = this.#events.filter((nid) => !done.has(nid));
    for (const edu of ephemeral) for (const [key, known] of this.#ephemeral) if (known === edu) this.#ephemeral.delete(key);
    // There may be more than went into one transaction.
    if (outboxNid !== undefined) {
      this.#hasOutbox = true;
      this.#outboxSent = outboxNid;
    }
    this.#ports.reached({ outboxNid, eventNid: eventNids.at(-1), isCaughtUp: this.#events.length === 0 && !this.#isBehind });
  }

  /** Waits until the server may be tried again. */
  async #wait(error: unknown): Promise<void> {
    const { clock, failed, pause } = this.#ports;
    const quick = QUICK_RETRIES_MS[this.#attempts];
    this.#attempts++;
    const leftAlone = isFederationError(error, "BACKING_OFF") ? error.retryAtTs : undefined;
    const retryMs = quick ?? Math.max(1_000, (leftAlone ?? clock.now() + 60_000) - clock.now());
    failed(error, retryMs);
    const woken = new AbortController();
    this.#wake = () => woken.abort();
    this.#retryTs = clock.now() + retryMs;
    await pause(retryMs, AbortSignal.any([woken.signal, this.#stopped]));
    this.#wake = undefined;
    this.#retryTs = 0;
  }
}

/** Whether a server has answered that it does not take a transaction, rather than that it cannot now. */
function isRefusal(error: unknown): boolean {
  const answer = answeredError(error);
  return answer !== undefined && answer.status < 500 && ![401, 404, 429].includes(answer.status);
}
