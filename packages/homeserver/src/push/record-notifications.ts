import { limits } from "../limits.ts";
import { isLocalUser } from "../log/core.ts";
import { storeReadMark } from "../rooms/ephemeral/read-marks.ts";
import { threadOf } from "../rooms/read/thread-of.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { statedMembership } from "../rooms/write/event-log.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import {
  deleteNotificationsOfEvent,
  deleteNotifyingEvent,
  insertNotifyingEvent,
  insertUserNotification,
  pruneNotifyingEvents,
  pruneUserNotifications,
} from "../store/statements/notifications.ts";
import type { EventOutcome, EventOutcomes } from "./event-outcome.ts";
import type { UnreadCounts } from "./unread-counts.ts";

/** After how many new rows the oldest ones of a room, or of a user, may have to go. */
const PRUNE_EVERY = 1_000;

/** Keeps whom events notify: in memory at once, and in the store. */
export class NotificationRecorder {
  readonly #rooms: Rooms;
  readonly #outcomes: EventOutcomes;
  readonly #counts: UnreadCounts;
  readonly #offer: (outcome: EventOutcome) => Promise<void>;
  /** How many rows rooms and users have got since the start. */
  readonly #rows = { rooms: new Map<number, number>(), users: new Map<number, number>() };

  /** @param offer Told of each outcome once it is counted. */
  constructor(
    rooms: Rooms,
    outcomes: EventOutcomes,
    counts: UnreadCounts,
    offer: (outcome: EventOutcome) => Promise<void> = async () => {},
  ) {
    this.#offer = offer;
    this.#rooms = rooms;
    this.#outcomes = outcomes;
    this.#counts = counts;
  }

  /** Takes the next events of the log. @returns What stores whom they notify. */
  async record(events: readonly StoredEvent[]): Promise<WriteOperation[]> {
    const operations: WriteOperation[] = [];
    for (const event of events) {
      const outcome = await this.#outcomes.of(event);
      this.#counts.add(outcome);
      await this.#offer(outcome);
      operations.push(...this.#store(outcome));
      operations.push(...(await this.#markRead(event, outcome)));
      if (event.fields.type === "m.room.redaction") operations.push(...(await this.#takeBack(event)));
    }
    return operations;
  }

  #store({ eventNid, roomNid, senderNid, thread, common, own }: EventOutcome): WriteOperation[] {
    const operations: WriteOperation[] = [];
    if (common.notifies > 0) {
      operations.push(operation(insertNotifyingEvent, roomNid, eventNid, thread, senderNid, common.highlights));
      if (isDue(this.#rows.rooms, roomNid)) operations.push(operation(pruneNotifyingEvents, roomNid, limits.countedNotifications.value));
    }
    for (const [userNid, { notifies, highlights }] of own) {
      operations.push(operation(insertUserNotification, userNid, eventNid, roomNid, thread, notifies, highlights));
      if (isDue(this.#rows.users, userNid)) operations.push(operation(pruneUserNotifications, userNid, limits.userNotifications.value));
    }
    return operations;
  }

  /** What is redacted notifies nobody. */
  async #takeBack(redaction: StoredEvent): Promise<WriteOperation[]> {
    const { redacts = redaction.content["redacts"] } = redaction.pdu;
    const target = typeof redacts === "string" ? await this.#rooms.events.byId(redacts) : undefined;
    if (!target || target.fields.redactedBy !== redaction.nid) return [];
    const { roomNid, senderNid, stateKey } = target.fields;
    this.#counts.forgetRoom(roomNid);
    const gone = [operation(deleteNotifyingEvent, roomNid, target.nid), operation(deleteNotificationsOfEvent, target.nid)];
    // That its sender was there is still so.
    const isReadMark = stateKey === undefined && this.#isHere(target.fields.sender);
    return isReadMark
      ? [...gone, ...storeReadMark({ userNid: senderNid, roomNid, thread: await threadOf(this.#rooms, target), pos: target.nid })]
      : gone;
  }

  /** Whoever joins has nothing to read up on, and whoever sends something has read what came before. */
  async #markRead(event: StoredEvent, { thread, common, isReadMark }: EventOutcome): Promise<WriteOperation[]> {
    const { roomNid, senderNid, sender, stateKey, type } = event.fields;
    if (type === "m.room.member" && stateKey !== undefined && this.#isHere(stateKey) && (await this.#isArrival(event))) {
      const userNid = await this.#rooms.core.users.intern(stateKey);
      this.#counts.forget(userNid, roomNid);
      return storeReadMark({ userNid, roomNid, thread: "", pos: event.nid });
    }
    // An event that notifies says itself that its sender was there.
    if (!isReadMark || common.notifies > 0 || !this.#isHere(sender)) return [];
    return storeReadMark({ userNid: senderNid, roomNid, thread, pos: event.nid });
  }

  #isHere(userId: string): boolean {
    return isLocalUser(this.#rooms.core, userId);
  }

  async #isArrival(event: StoredEvent): Promise<boolean> {
    if (statedMembership(event.pdu) !== "join") return false;
    const { replacesNid } = event.fields;
    const before = replacesNid === null ? undefined : await this.#rooms.events.get(replacesNid);
    return before === undefined || statedMembership(before.pdu) !== "join";
  }
}

/** Counts a row. @returns Whether it is time to look for old ones. */
function isDue(rows: Map<number, number>, key: number): boolean {
  const count = (rows.get(key) ?? 0) + 1;
  rows.set(key, count % PRUNE_EVERY);
  return count === PRUNE_EVERY;
}
