import { LogReader } from "../log/log-reader.ts";
import type { Receipts } from "../rooms/ephemeral/receipts.ts";
import type { LoadedRoom, Membership } from "../rooms/room.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { cursorsOf } from "../store/statements/shards.ts";
import { EventOutcomes } from "./event-outcome.ts";
import { noteEarlierRules } from "./note-earlier-rules.ts";
import type { PushRules } from "./push-rules.ts";
import { NotificationRecorder } from "./record-notifications.ts";
import { UnreadCounts, type UnreadThreads } from "./unread-counts.ts";
import { UserRules } from "./user-rules.ts";

/** The name of the reader's cursor. */
const READER = "notifications";

/** What notifications are made of. */
export interface PushPorts {
  readonly rooms: Rooms;
  readonly receipts: Receipts;
  readonly pushRules: PushRules;
  /** Told of each failure, and how long the reader waits. */
  readonly failed: (error: unknown, retryMs: number) => void;
}

/** Follows the log, works out whom events notify, and counts what users have not read. */
export class Notifications implements AsyncDisposable {
  readonly #rooms: Rooms;
  readonly #counts: UnreadCounts;
  readonly #reader: LogReader<StoredEvent>;

  private constructor(rooms: Rooms, counts: UnreadCounts, reader: LogReader<StoredEvent>) {
    this.#rooms = rooms;
    this.#counts = counts;
    this.#reader = reader;
  }

  /** Begins to follow the log where it was left. */
  static async open({ rooms, receipts, pushRules, failed }: PushPorts): Promise<Notifications> {
    const { core } = rooms;
    if ((await core.store.all(cursorsOf, READER)).length === 0) await noteEarlierRules(core);
    const rules = await UserRules.open(core, pushRules);
    const counts = new UnreadCounts(rooms, rules);
    const recorder = new NotificationRecorder(rooms, new EventOutcomes(rooms, rules), counts);
    pushRules.onChange({ before: (userNid) => rules.noteOwn(userNid), after: (userNid) => rules.forget(userNid) });
    receipts.onSet((roomNid, userNid) => counts.forget(userNid, roomNid));
    const reader = await LogReader.open(core.store, core.log, {
      name: READER,
      start: "now",
      read: readTimelineFacts(rooms),
      handle: (events) => recorder.record(events),
      carries: true,
      failed,
    });
    return new Notifications(rooms, counts, reader);
  }

  /** What a user who is joined to a room has not read of it. */
  async unread(userNid: number, room: LoadedRoom, membership: Membership): Promise<UnreadThreads> {
    const { log } = this.#rooms.core;
    const behind = this.#reader.reached(log.committed);
    if (behind) await behind;
    return this.#counts.of(userNid, room, { membership, stored: (pos) => this.#stored(pos) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }

  async #stored(pos: number): Promise<void> {
    // What is carried goes with the next commit, and an empty one is enough.
    if (!this.#reader.isStored(pos)) await this.#rooms.core.log.append({ positions: [], operations: [] });
  }
}
