import { randomBytes } from "node:crypto";
import type { JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { HomeserverError, LimitError } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { StoreError } from "../../store/errors.ts";
import { operation } from "../../store/statement.ts";
import {
  countDelayedEvents,
  delayedEventOf,
  delayedEventOfTransaction,
  type DelayedEventRow,
  finaliseDelayedEvent,
  finalisedDelayedEvents,
  insertDelayedEvent,
  pruneDelayedEvents,
  restartDelayedEvent,
  scheduledDelayedEvents,
  trimDelayedEvents,
} from "../../store/statements/delayed-events.ts";
import { RoomError } from "../errors.ts";
import { type EventSender, type EventSenderParts, roomToSendTo, sendEvent, toDraft, type UserEvent } from "../membership/send-event.ts";
import { stateEvent } from "../read/state-event.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { requireSendable } from "./require-sendable.ts";

/** How long it is told what became of a delayed event. */
const FINALISED_FOR_MS = 7 * 86_400_000;

/** How often an event is tried that the server fails to send; then it is in nobody's way. */
const MAX_FAULTS = 5;
/** Of how many events the failures are remembered. */
const REMEMBERED_FAULTS = 1_000;

/** An event that is to be sent later. */
export interface NewDelayedEvent {
  readonly roomId: string;
  readonly event: UserEvent;
  /** How long it waits, in milliseconds. */
  readonly delayMs: number;
  /** The transaction ID: the same one of a device gives the same delayed event. */
  readonly txn?: string | undefined;
}

/** A delayed event with the names of what it is about. */
export interface DelayedEventEntry extends DelayedEventRow {
  readonly roomId: string;
  readonly eventId: string | undefined;
}

/** What can be done with a delayed event. */
export type DelayedEventAction = "restart" | "send" | "cancel";

/** What delayed events are sent with. */
export interface DelayedEventParts extends EventSenderParts {
  /** The longest delay, in milliseconds; 0 where there are none. */
  readonly maxDelayMs: number;
  /** Why a user may not send anything now; `undefined` for one who may. */
  readonly refusal: (userNid: number) => Promise<Error | undefined>;
  /** What an error becomes for the user, as JSON; `undefined` for a fault of the server, after which it is tried again. */
  readonly describe: (error: unknown) => JsonObject | undefined;
}

/**
 * Events that are sent later, unless they are cancelled: a client that stays away leaves its call by one.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/4140}
 */
export class DelayedEvents {
  readonly #parts: DelayedEventParts;
  /** What is done with a delayed event is done one after the other. */
  readonly #byId = new KeyedQueue<string>();
  /** Between count and commit, a user schedules nothing else. */
  readonly #byUser = new KeyedQueue<number>();
  /** How often the server has failed to send an event. */
  readonly #faults = new LruCache<string, number>(REMEMBERED_FAULTS);
  #listener: (dueTs: number) => void = () => {};

  constructor(parts: DelayedEventParts) {
    this.#parts = parts;
  }

  /** The longest delay, in milliseconds. */
  get maxDelayMs(): number {
    return this.#parts.maxDelayMs;
  }

  /** Calls back with the time at which an event is due that has just been scheduled or restarted. */
  onScheduled(listener: (dueTs: number) => void): void {
    this.#listener = listener;
  }

  /**
   * Schedules an event of a device.
   *
   * @returns Its ID, which is as good as the permission to do something with it.
   * @throws {RoomError} `DELAY_TOO_LONG`, `INVALID_EVENT`, `EVENT_TOO_LARGE`, `FORBIDDEN`. @throws {LimitError}
   */
  async schedule(sender: EventSender & { readonly deviceNid: number }, { roomId, event, delayMs, txn }: NewDelayedEvent): Promise<string> {
    const { rooms, maxDelayMs } = this.#parts;
    if (delayMs > maxDelayMs)
      throw new RoomError("DELAY_TOO_LONG", `the delay: expected at most ${maxDelayMs} milliseconds`, { most: maxDelayMs });
    const room = await roomToSendTo(this.#parts, sender, roomId, event);
    requireSendable(toDraft(sender, event), room.rules);
    const { userNid, deviceNid } = sender;
    const key = txn === undefined ? null : `${room.nid} ${event.type} ${txn}`;
    return this.#byUser.run(userNid, async () => {
      const { store, log, clock } = rooms.core;
      const same = key === null ? undefined : await store.get(delayedEventOfTransaction, userNid, deviceNid, key);
      if (same) return same.delay_id;
      const now = clock.now();
      const scheduled = await store.get(countDelayedEvents, userNid);
      if (scheduled && scheduled.count >= limits.delayedEvents.value)
        throw new LimitError("delayedEvents", "the event", { retryAfterMs: Math.max(1, (scheduled.due_ts ?? now) - now) });
      const delayId = randomBytes(24).toString("base64url");
      const { type, stateKey = null, content, stickyMs = null } = event;
      const what = [room.nid, type, stateKey, JSON.stringify(content), stickyMs] as const;
      const inserted = operation(insertDelayedEvent, delayId, userNid, deviceNid, key, ...what, delayMs, now, now + delayMs, room.view.end);
      await log.append({ positions: [], operations: [inserted] });
      this.#listener(now + delayMs);
      return delayId;
    });
  }

  /**
   * Lets a delayed event wait anew, sends it at once, or cancels it.
   *
   * @param owner - The user who asks; left out, knowing the ID is enough.
   * @throws {RoomError} `DELAYED_EVENT_NOT_FOUND`, `DELAYED_EVENT_FINALISED`, or why it cannot be sent, in which case it waits on.
   */
  async act(delayId: string, action: DelayedEventAction, owner?: number): Promise<void> {
    await this.#byId.run(delayId, async () => {
      const row = await this.#current(delayId, owner);
      if (row.finalised_ts !== null) return requireOutcome(row, action);
      if (action === "cancel") return this.#finalise(row);
      if (action === "send") return void (await this.#send(row));
      const { log, clock } = this.#parts.rooms.core;
      const now = clock.now();
      const dueTs = now + row.delay_ms;
      await log.append({ positions: [], operations: [operation(restartDelayedEvent, delayId, now, dueTs)] });
      this.#listener(dueTs);
    });
  }

  /** Sends a delayed event that is due. What cannot be sent is not tried again. @throws For faults of the server, after which it waits on. */
  async sendDue(delayId: string): Promise<void> {
    await this.#byId.run(delayId, async () => {
      const { store, clock } = this.#parts.rooms.core;
      const row = await store.get(delayedEventOf, delayId);
      // It may have been restarted or cancelled meanwhile.
      if (!row || row.finalised_ts !== null || row.due_ts > clock.now()) return;
      if (await this.#isOvertaken(row)) return this.#finalise(row);
      try {
        await this.#send(row);
      } catch (error) {
        await this.#finalise(row, this.#lasting(error, delayId));
      }
    });
  }

  /** The error of an event that is not tried again. @throws What passes by itself. */
  #lasting(error: unknown, delayId: string): JsonObject {
    if (error instanceof StoreError || (error instanceof HomeserverError && error.code === "OVERLOADED")) throw error;
    const described = this.#parts.describe(error);
    if (described) return described;
    const faults = (this.#faults.get(delayId) ?? 0) + 1;
    this.#faults.set(delayId, faults);
    if (faults < MAX_FAULTS) throw error;
    return { errcode: "M_UNKNOWN", error: "the server could not send the event" };
  }

  /** Reads a delayed event of a user. @throws {RoomError} `DELAYED_EVENT_NOT_FOUND`. */
  async read(delayId: string, owner: number): Promise<DelayedEventEntry> {
    const [entry] = await this.#name([await this.#byId.run(delayId, () => this.#current(delayId, owner))]);
    if (!entry) throw notFound();
    return entry;
  }

  /** Reads the delayed events of a user that wait, the next one first. */
  async scheduled(userNid: number): Promise<DelayedEventEntry[]> {
    const rows = await this.#parts.rooms.core.store.all(scheduledDelayedEvents, userNid);
    const waiting: DelayedEventRow[] = [];
    for (const row of rows) if (!(await this.#isOvertaken(row))) waiting.push(row);
    return this.#name(waiting);
  }

  /** Reads those that wait no more, the newest first. */
  async finalised(userNid: number): Promise<DelayedEventEntry[]> {
    const { store } = this.#parts.rooms.core;
    return this.#name(await store.all(finalisedDelayedEvents, userNid, limits.finalisedDelayedEvents.value));
  }

  /** Lets the next commit forget what has waited no more for long. */
  prune(): void {
    const { log, clock } = this.#parts.rooms.core;
    log.carry(operation(pruneDelayedEvents, clock.now() - FINALISED_FOR_MS));
  }

  async #current(delayId: string, owner: number | undefined): Promise<DelayedEventRow> {
    const { store } = this.#parts.rooms.core;
    const row = await store.get(delayedEventOf, delayId);
    if (!row || (owner !== undefined && owner !== row.user_nid)) throw notFound();
    if (row.finalised_ts !== null || !(await this.#isOvertaken(row))) return row;
    await this.#finalise(row);
    return (await store.get(delayedEventOf, delayId)) ?? row;
  }

  /** Whether somebody else has set the state since a delayed event was scheduled that would set it: that cancels it. */
  async #isOvertaken({
    room_nid: nid,
    user_nid: userNid,
    type,
    state_key: stateKey,
    after_pos: afterPos,
  }: DelayedEventRow): Promise<boolean> {
    if (stateKey === null) return false;
    const { rooms } = this.#parts;
    const present = await stateEvent(rooms, await rooms.load({ nid }), type, stateKey);
    return present !== undefined && present.nid > afterPos && present.fields.senderNid !== userNid;
  }

  async #send(row: DelayedEventRow): Promise<StoredEvent> {
    const { rooms, refusal } = this.#parts;
    const refused = await refusal(row.user_nid);
    if (refused) throw refused;
    const { delay_id: delayId, user_nid: userNid, device_nid: deviceNid, type, state_key: stateKey, sticky_ms: stickyMs } = row;
    const event: UserEvent = {
      type,
      stateKey: stateKey ?? undefined,
      // The column holds what a request brought, which was a JSON object.
      content: JSON.parse(row.content) as JsonObject,
      stickyMs: stickyMs ?? undefined,
    };
    const sent = (eventNid: number) => operation(finaliseDelayedEvent, delayId, rooms.core.clock.now(), eventNid, null);
    const sender = { userNid, userId: await rooms.core.users.text(userNid) };
    const roomId = rooms.byNid(row.room_nid)?.id ?? "";
    const stored = await sendEvent(this.#parts, sender, { roomId, event, origin: { deviceNid, delayed: { delayId, sent } } });
    // State that was so already has brought no event of its own.
    if (stored.fields.delayId !== delayId) await this.#store(row, sent(stored.nid));
    else await this.#store(row);
    return stored;
  }

  #finalise(row: DelayedEventRow, error?: JsonObject): Promise<void> {
    const { clock } = this.#parts.rooms.core;
    const described = error === undefined ? null : JSON.stringify(error);
    return this.#store(row, operation(finaliseDelayedEvent, row.delay_id, clock.now(), null, described));
  }

  /** Stores what became of a delayed event, and forgets the oldest where a user has many. */
  async #store({ user_nid: userNid }: DelayedEventRow, finalised?: ReturnType<typeof operation>): Promise<void> {
    const { log } = this.#parts.rooms.core;
    const trimmed = operation(trimDelayedEvents, userNid, limits.finalisedDelayedEvents.value);
    if (finalised) await log.append({ positions: [], operations: [finalised, trimmed] });
    else log.carry(trimmed);
  }

  async #name(rows: readonly DelayedEventRow[]): Promise<DelayedEventEntry[]> {
    const { rooms } = this.#parts;
    const events = await rooms.events.load(rows.flatMap((row) => row.event_nid ?? []));
    return rows.map((row) => ({
      ...row,
      roomId: rooms.byNid(row.room_nid)?.id ?? "",
      eventId: row.event_nid === null ? undefined : events.get(row.event_nid)?.eventId,
    }));
  }
}

function notFound(): RoomError {
  return new RoomError("DELAYED_EVENT_NOT_FOUND", "there is no such delayed event");
}

/**
 * Checks that what became of an event is what is asked for now: whoever repeats a request has success again. Clients that restart
 * one that is gone schedule another.
 */
function requireOutcome({ event_nid: eventNid }: DelayedEventRow, action: DelayedEventAction): void {
  if (action === "restart") throw notFound();
  if ((action === "send") === (eventNid !== null)) return;
  const became = eventNid === null ? "cancelled" : "sent";
  throw new RoomError("DELAYED_EVENT_FINALISED", `the delayed event was ${became} already`);
}
