import { held } from "../held.ts";
import { pauseFor } from "../pause-for.ts";
import { Semaphore } from "@patrix/concurrency";
import { NotifyResponse, type NotifyBody } from "@patrix/push-gateway-api";
import { limits } from "../limits.ts";
import { OutboundError } from "../outbound/errors.ts";
import type { OutboundAnswer } from "../outbound/send-request.ts";
import { joinedUsers } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { operation } from "../store/statement.ts";
import { allPushers, movePusher, pusherOf, type PusherRow } from "../store/statements/push.ts";
import type { EventActions, EventOutcome } from "./event-outcome.ts";
import { countsBody, notificationBody, readPusher } from "./notification-body.ts";
import { removePusher } from "./pushers.ts";
import type { UserRules } from "./user-rules.ts";

/** How many requests go to gateways at once. */
const REQUESTS_AT_ONCE = 20;
/** How long a pusher waits after a failure, doubled with each that follows, in milliseconds. */
const FIRST_RETRY_MS = 1_000;
const LAST_RETRY_MS = 3_600_000;
/** How often an event is tried: for about a day. */
const MAX_TRIES = 35;

/** What pushes are made of. */
export interface PushSenderParts {
  readonly rooms: Rooms;
  readonly rules: UserRules;
  readonly actions: (event: StoredEvent, userNid: number) => Promise<EventActions>;
  /** How much a user has not read in all. */
  readonly unread: (userNid: number) => Promise<number>;
  /** What notified a user after a position, oldest first, at most so many. */
  readonly missed: (userNid: number, after: number, limit: number) => Promise<readonly number[]>;
  readonly post: (url: string, body: NotifyBody, signal: AbortSignal) => Promise<OutboundAnswer>;
  /** Told of each failure, and how long the pusher waits. */
  readonly failed: (error: unknown, retryMs: number) => void;
  /** How it waits; by the server's clock if left out. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What names a pusher. */
export type PusherKey = Pick<PusherRow, "user_nid" | "app_id" | "pushkey">;

/** What waits for a pusher. */
interface PusherQueue {
  readonly key: PusherKey;
  readonly events: number[];
  /** Whether something was read, so that the badge has to change. */
  isRead: boolean;
  running: Promise<void> | undefined;
}

/** Whether a notification went out. */
type Outcome = "sent" | "given up";

/**
 * Sends notifications to push gateways, to each pusher in the order of the events. How far a pusher has got is stored, so
 * that a restart loses none.
 *
 * @see {@link https://spec.matrix.org/v1.19/push-gateway-api/}
 */
export class PushSender implements AsyncDisposable {
  readonly #parts: PushSenderParts;
  /** The queues of users, by the names of their pushers. */
  readonly #users = new Map<number, Map<string, PusherQueue>>();
  readonly #requests = new Semaphore(REQUESTS_AT_ONCE);
  readonly #stopped = new AbortController();

  constructor(parts: PushSenderParts) {
    this.#parts = parts;
  }

  /** Takes up what was still to be sent when the server ended. */
  async resume(): Promise<void> {
    for (const row of await this.#parts.rooms.core.store.all(allPushers)) {
      const queue = this.note(row);
      queue.events.unshift(...(await this.#parts.missed(row.user_nid, row.last_pos, limits.pushesWaiting.value)));
      this.#start(queue);
    }
  }

  /** Notes that a user has a pusher. */
  note(key: PusherKey): PusherQueue {
    const pushers = this.#users.get(key.user_nid) ?? new Map<string, PusherQueue>();
    const name = nameOf(key);
    const queue = pushers.get(name) ?? { key, events: [], isRead: false, running: undefined };
    pushers.set(name, queue);
    this.#users.set(key.user_nid, pushers);
    return queue;
  }

  /** Takes an event to those of its room who have pushers and whom it notifies. */
  async offer({ eventNid, roomNid, senderNid, common, own }: EventOutcome): Promise<void> {
    if (this.#users.size === 0) return;
    const room = await this.#parts.rooms.load({ nid: roomNid });
    const isNotified = (userNid: number): boolean =>
      (own.get(userNid)?.notifies ?? 0) > 0 || (common.notifies > 0 && !this.#parts.rules.hadOwn(userNid, eventNid));
    for (const userNid of joinedUsers(room.view))
      if (userNid !== senderNid && this.#users.has(userNid) && isNotified(userNid)) this.#add(userNid, eventNid);
    // Those whom it invites are not joined.
    for (const [userNid, { notifies }] of own)
      if (notifies > 0 && room.view.members.get(userNid)?.membership !== "join") this.#add(userNid, eventNid);
  }

  /** Brings badges up to date, since a user has read something. */
  noteRead(userNid: number): void {
    for (const queue of this.#users.get(userNid)?.values() ?? []) {
      queue.isRead = true;
      this.#start(queue);
    }
  }

  /** Stops; what was not sent is sent after the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped.abort();
    for (const pushers of this.#users.values()) for (const { running } of pushers.values()) await running;
  }

  #add(userNid: number, eventNid: number): void {
    for (const queue of this.#users.get(userNid)?.values() ?? []) {
      queue.events.push(eventNid);
      if (queue.events.length > limits.pushesWaiting.value) queue.events.shift();
      this.#start(queue);
    }
  }

  #start(queue: PusherQueue): void {
    queue.running ??= this.#run(queue)
      .then(
        () => true,
        (error: unknown) => {
          this.#parts.failed(error, 0);
          return false;
        },
      )
      .then((isDone) => {
        queue.running = undefined;
        // Something may have come between the last look at the queue and this.
        if (isDone && hasWork(queue) && !this.#stopped.signal.aborted) this.#start(queue);
      });
  }

  async #run(queue: PusherQueue): Promise<void> {
    const { store } = this.#parts.rooms.core;
    const { user_nid: userNid, app_id: appId, pushkey } = queue.key;
    while (!this.#stopped.signal.aborted && hasWork(queue)) {
      const row = await store.get(pusherOf, userNid, appId, pushkey);
      if (!row) return this.#forget(queue);
      const eventNid = queue.events.shift();
      if (eventNid !== undefined) await this.#pushEvent(row, eventNid);
      else {
        queue.isRead = false;
        await this.#pushCounts(row, await this.#parts.unread(userNid));
      }
    }
  }

  #forget(queue: PusherQueue): void {
    const { key } = queue;
    queue.events.length = 0;
    queue.isRead = false;
    const pushers = this.#users.get(key.user_nid);
    pushers?.delete(nameOf(key));
    if (pushers?.size === 0) this.#users.delete(key.user_nid);
  }

  async #pushEvent(row: PusherRow, eventNid: number): Promise<void> {
    const { rooms, actions, unread } = this.#parts;
    const event = row.last_pos >= eventNid ? undefined : await rooms.events.get(eventNid);
    const pusher = readPusher(row);
    if (!event || !pusher || event.fields.redactedBy !== null || (await rooms.young([event])).length === 0) return;
    const userId = await rooms.core.users.text(row.user_nid);
    const did = await actions(event, row.user_nid);
    const body = async (): Promise<NotifyBody> =>
      notificationBody(rooms, event, { pusher, actions: did, userId, unread: await unread(row.user_nid) });
    if ((await this.#deliver(row, pusher.url, body)) === undefined) return;
    rooms.core.log.carry(operation(movePusher, row.user_nid, row.app_id, row.pushkey, eventNid));
  }

  async #pushCounts(row: PusherRow, unread: number): Promise<void> {
    const pusher = readPusher(row);
    if (pusher) await this.#try(row, pusher.url, countsBody(pusher, unread)).catch((error: unknown) => this.#parts.failed(error, 0));
  }

  /** Tries until the gateway has it, refuses it, or a day is over. @returns `undefined` if the server ends before that. */
  async #deliver(row: PusherRow, url: string, body: () => Promise<NotifyBody>): Promise<Outcome | undefined> {
    const { failed, rooms, pause = (ms, signal) => pauseFor(rooms.core.clock, ms, signal) } = this.#parts;
    let retryMs = FIRST_RETRY_MS;
    for (let tries = 0; tries < MAX_TRIES && !this.#stopped.signal.aborted; tries++) {
      try {
        return await this.#try(row, url, await body());
      } catch (error) {
        if (this.#stopped.signal.aborted) return undefined;
        failed(error, retryMs);
        await pause(retryMs, this.#stopped.signal);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    return this.#stopped.signal.aborted ? undefined : "given up";
  }

  /** Sends a notification once. A pusher whose key the gateway rejects goes. @throws Where it should be tried again. */
  async #try(row: PusherRow, url: string, body: NotifyBody): Promise<Outcome> {
    const { post, rooms } = this.#parts;
    const answer = await this.#requests.run(() => held(rooms.core.clock, post(url, body, this.#stopped.signal)).catch(unlessForbidden));
    if (!answer) return "given up";
    const { status, text } = answer;
    if (status === 429 || status >= 500) throw new Error(`the push gateway ${URL.parse(url)?.host} answered with ${status}`);
    if (status < 200 || status >= 300) return "given up";
    if (rejected(text).includes(row.pushkey)) await removePusher(rooms.core, row.user_nid, row);
    return "sent";
  }
}

function hasWork({ events, isRead }: PusherQueue): boolean {
  return events.length > 0 || isRead;
}

function nameOf({ app_id: appId, pushkey }: PusherKey): string {
  return JSON.stringify([appId, pushkey]);
}

/** An address that may not be connected to will not be another time either. */
function unlessForbidden(error: unknown): undefined {
  if (error instanceof OutboundError && error.code === "ADDRESS_NOT_ALLOWED") return undefined;
  throw error;
}

/** The keys that an answer of a gateway rejects. */
function rejected(text: string): readonly string[] {
  try {
    const result = NotifyResponse.safeParse(JSON.parse(text));
    return result.ok ? result.value.rejected : [];
  } catch {
    return [];
  }
}
