import { sendTransaction } from "@patrix/appservice-api";
import { createTransactionId } from "@patrix/identifiers";
import { held } from "../held.ts";
import { limits } from "../limits.ts";
import { LogReader } from "../log/log-reader.ts";
import type { OutboundAnswer } from "../outbound/send-request.ts";
import type { Presence } from "../rooms/ephemeral/presence.ts";
import type { Typing } from "../rooms/ephemeral/typing.ts";
import { pauseFor } from "../pause-for.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { appserviceTransactions, deleteAppserviceTransaction, insertAppserviceTransaction } from "../store/statements/appservices.ts";
import { deleteToDeviceMessage } from "../store/statements/to-device.ts";
import { writePresence } from "../sync/cuts/presence-events.ts";
import { turnIfDue } from "../turns.ts";
import type { Appservice } from "./appservices.ts";
import { ChangedThings } from "./changed-things.ts";
import { Outbox, type StoredTransaction } from "./outbox.ts";
import { type News, readNews } from "./read-news.ts";
import { sendToService } from "./appservice-connection.ts";
import { type BodyParts, writeBodies, writeEphemeralBody } from "./transaction-body.ts";

/** How long a service may take for a transaction, in milliseconds. */
const TIMEOUT_MS = 60_000;
/** How long it may stay unstored that a transaction is confirmed, in milliseconds: it goes with the next commit. */
const CONFIRM_MS = 1_000;
/** How many rooms of typists, and how many users who came or went, go into a transaction. */
const EPHEMERAL_AT_ONCE: number = limits.appserviceEvents.value / 2;
/** Answers of services that do not know the path of a transaction, but the one of the drafts. */
const unknownPath: ReadonlySet<number> = new Set([404, 405, 501]);

/** What a stream is made of. */
export interface StreamParts extends BodyParts {
  readonly service: Appservice & { readonly url: string };
  readonly typing: Typing;
  readonly presence: Presence;
  /** Told of each failure, and how long the service is left alone. */
  readonly failed: (error: unknown, retryMs: number) => void;
  readonly recovered: () => void;
}

/**
 * Tells one application service what concerns it: in the order of the log, each thing once, across restarts. The log is read on when
 * the service has confirmed what came before, so that one that is away costs no memory.
 *
 * @see {@link https://spec.matrix.org/v1.19/application-service-api/#pushing-events}
 */
export class AppserviceStream implements AsyncDisposable {
  readonly #parts: StreamParts;
  readonly #outbox: Outbox;
  readonly #stopped = new AbortController();
  /** Rooms and users of which it is still to be told who types or is there; those that changed last stay. */
  readonly #typing = new ChangedThings(limits.appserviceEphemeral.value);
  readonly #presence = new ChangedThings(limits.appserviceEphemeral.value);
  #reader: LogReader<News> | undefined;
  /** What is stored with the cursor, and sent once it is. */
  #stored: StoredTransaction[] = [];
  #seq: number;
  /** How many transactions are confirmed of which that is not stored. */
  #unstored = 0;

  private constructor(parts: StreamParts, pending: readonly StoredTransaction[]) {
    this.#parts = parts;
    this.#seq = pending.at(-1)?.seq ?? 0;
    this.#outbox = new Outbox(
      {
        clock: parts.rooms.core.clock,
        pause: (ms, signal) => pauseFor(parts.rooms.core.clock, ms, signal),
        send: (transaction, signal) => this.#send(transaction, signal),
        confirmed: (transaction) => this.#confirm(transaction),
        passing: () => this.#ephemeral(),
        failed: parts.failed,
        recovered: parts.recovered,
      },
      pending,
    );
  }

  /** Takes up the log where the service was told of it last. */
  static async open(parts: StreamParts): Promise<AppserviceStream> {
    const { rooms, service } = parts;
    const rows = await rooms.core.store.all(appserviceTransactions, service.nid);
    const stream = new AppserviceStream(
      parts,
      rows.map(({ seq, txn_id: txnId, json }) => ({ seq, txnId, json })),
    );
    await stream.#follow();
    return stream;
  }

  /** Tries again soon, since the service has shown that it is there. */
  nudge(): void {
    this.#outbox.nudge();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    await this.#outbox[Symbol.asyncDispose]();
    await this.#reader?.[Symbol.asyncDispose]();
    if (this.#unstored > 0) await this.#parts.rooms.core.log.append({ positions: [], operations: [] });
  }

  async #follow(): Promise<void> {
    const { rooms, service, typing, presence, failed } = this.#parts;
    if (service.wantsEphemeral) {
      typing.onChange((roomNid) => this.#note(this.#typing, roomNid));
      presence.onChange((userNid) => this.#note(this.#presence, userNid));
    }
    this.#reader = await LogReader.open(rooms.core, {
      name: `appservice:${service.registration.id}`,
      start: "now",
      read: readNews({ ...this.#parts, signal: this.#stopped.signal }),
      handle: (news) => this.#take(news),
      stored: () => this.#outbox.add(this.#stored.splice(0)),
      failed: (error, retryMs) => {
        this.#stored = [];
        failed(error, retryMs);
      },
    });
  }

  /** Makes transactions of news, once the service has confirmed all before. */
  async #take(news: readonly News[]): Promise<WriteOperation[]> {
    await this.#outbox.drained();
    const { service } = this.#parts;
    const bodies = await writeBodies(this.#parts, news);
    // Random, so that no ID is ever used twice, not even after an older backup was restored: services ignore what they know.
    this.#stored = bodies.map((json) => ({ seq: ++this.#seq, txnId: createTransactionId(), json }));
    const operations = this.#stored.map(({ seq, txnId, json }) => operation(insertAppserviceTransaction, service.nid, seq, txnId, json));
    // Where the service asks for what encryption needs, it takes messages for its devices in this way alone.
    const taken = service.wantsDevices ? news.flatMap((each) => (each.kind === "message" ? [each.message.pos] : [])) : [];
    return [...operations, ...taken.map((pos) => operation(deleteToDeviceMessage, pos))];
  }

  /** Sends a transaction once. @throws Where the service does not confirm it. */
  async #send({ txnId, json }: Pick<StoredTransaction, "txnId" | "json">, stopped: AbortSignal): Promise<void> {
    const { service, rooms } = this.#parts;
    const send = async (supported?: { readonly versions: readonly string[] }): Promise<OutboundAnswer> => {
      const options = { baseUrl: service.url, accessToken: service.registration.hs_token, supported };
      const request = { ...sendTransaction.request({ path: { txnId }, body: { events: [] } }, options), body: json };
      return held(rooms.core.clock, sendToService(service, request, AbortSignal.any([stopped, AbortSignal.timeout(TIMEOUT_MS)])));
    };
    let { status } = await send();
    if (unknownPath.has(status)) ({ status } = await send({ versions: [] }));
    if (status < 200 || status >= 300) throw new Error(`the application service answered with ${status}`);
  }

  #confirm({ seq }: StoredTransaction): void {
    const { log, clock } = this.#parts.rooms.core;
    this.#unstored++;
    log.carry([operation(deleteAppserviceTransaction, this.#parts.service.nid, seq)], () => this.#unstored--);
    const store = (): void => {
      if (this.#unstored > 0 && !this.#stopped.signal.aborted) void log.append({ positions: [], operations: [] }).catch(() => {});
    };
    clock.after(CONFIRM_MS, store);
  }

  #note(changed: ChangedThings, nid: number): void {
    changed.note(nid);
    this.#outbox.notice();
  }

  /** Who types and who is there, where that has changed; `undefined` once nothing of all that concerns the service. */
  async #ephemeral(): Promise<Pick<StoredTransaction, "txnId" | "json"> | undefined> {
    let events: readonly string[] = [];
    while (events.length === 0 && !(this.#typing.isEmpty && this.#presence.isEmpty)) events = await this.#nextEphemeral();
    return events.length === 0 ? undefined : { txnId: createTransactionId(), json: writeEphemeralBody(events) };
  }

  /** The next of these events; at most as many as go into a transaction. */
  async #nextEphemeral(): Promise<string[]> {
    const { rooms, interest, typing, presence } = this.#parts;
    const { users, clock } = rooms.core;
    const events: string[] = [];
    for (const roomNid of this.#typing.take(EPHEMERAL_AT_ONCE)) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (!(await interest.inRoom(roomNid))) continue;
      const typists = [...typing.usersOf(roomNid)].slice(0, limits.typingUsers.value);
      await users.load(typists);
      const content = { user_ids: typists.map((nid) => users.peekText(nid)) };
      events.push(JSON.stringify({ type: "m.typing", room_id: rooms.byNid(roomNid)?.id, content }));
    }
    for (const userNid of this.#presence.take(EPHEMERAL_AT_ONCE)) {
      const turn = turnIfDue();
      if (turn) await turn;
      const sender = await users.text(userNid);
      if (!interest.isOwn(sender) && !(await interest.sharesRoom(userNid))) continue;
      events.push(JSON.stringify({ type: "m.presence", sender, content: writePresence(presence.of(userNid), clock.now()) }));
    }
    return events;
  }
}
