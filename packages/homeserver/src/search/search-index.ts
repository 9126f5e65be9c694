import { LogReader } from "../log/log-reader.ts";
import { lastCovered, type PositionVector } from "../log/position.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { backfillEvents } from "../rooms/timeline/backfill-events.ts";
import type { StoredEvent } from "../rooms/timeline/stored-event.ts";
import { readTimelineFacts } from "../rooms/timeline/timeline-facts.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { deleteSearchText } from "../store/statements/search.ts";
import { storeSearchText } from "./search-text.ts";

/** Follows the log and keeps by which words events are found; what is redacted is found by none. */
export class SearchIndex implements AsyncDisposable {
  readonly #rooms: Rooms;
  readonly #reader: LogReader<StoredEvent>;

  private constructor(rooms: Rooms, reader: LogReader<StoredEvent>) {
    this.#rooms = rooms;
    this.#reader = reader;
  }

  /** Begins to follow the log where it was left. */
  static async open(rooms: Rooms, failed: (error: unknown, retryMs: number) => void): Promise<SearchIndex> {
    const reader = await LogReader.open(rooms.core, {
      name: "search",
      start: "now",
      read: readTimelineFacts(rooms),
      handle: async (events) => {
        const operations: WriteOperation[] = [];
        for (const event of events) operations.push(...storeSearchText(event), ...(await forgetRedacted(rooms, event)));
        return operations;
      },
      carries: true,
      failed,
    });
    return new SearchIndex(rooms, reader);
  }

  /** How far events are handled; their words go with the next commit. */
  get cut(): PositionVector {
    return this.#reader.cut;
  }

  /** Stores the words of events that an earlier release has stored without them. */
  async backfill(signal: AbortSignal): Promise<void> {
    const { core, events } = this.#rooms;
    const operations = (read: readonly StoredEvent[]): WriteOperation[] => read.flatMap(storeSearchText);
    await backfillEvents(core, events, { cursor: "search_texts", operations }, signal);
  }

  /** Waits until everything that is committed can be found, or no longer can. */
  async current(): Promise<void> {
    const { log } = this.#rooms.core;
    const { committed } = log;
    await this.#reader.reached(committed);
    const isStored = [...committed.keys()].every((shard) => this.#reader.isStored(lastCovered(committed, shard)));
    // What is carried goes with the next commit, and an empty one is enough.
    if (!isStored) await log.append({ positions: [], operations: [] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader[Symbol.asyncDispose]();
  }
}

async function forgetRedacted({ events }: Rooms, redaction: StoredEvent): Promise<WriteOperation[]> {
  if (redaction.fields.type !== "m.room.redaction") return [];
  const { redacts = redaction.content["redacts"] } = redaction.pdu;
  const target = typeof redacts === "string" ? await events.byId(redacts) : undefined;
  return target?.fields.redactedBy === redaction.nid ? [operation(deleteSearchText, target.nid)] : [];
}
