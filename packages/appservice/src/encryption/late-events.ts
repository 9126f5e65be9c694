import { isJsonObject } from "@patrix/api";
import type { ClientEvent } from "@patrix/events";
import type { RoomId } from "@patrix/identifiers";
import type { News } from "../intake/read-transaction.ts";
import type { DurableQueue, QueueItem } from "../queue/durable-queue.ts";
import { type AppserviceStore, change } from "../store/appservice-store.ts";

/** An event that waits for a key, with the name under which it was handled: what its handlers send has the same name again. */
interface LateEvent {
  readonly id: string;
  readonly event: ClientEvent;
}

/** Events that are kept; the oldest are given up. */
export const MAX_UNDECRYPTED = 1_000;

/** Events that could not be decrypted for want of a key, kept over restarts until the key comes. */
export class LateEvents {
  readonly #store: AppserviceStore;
  readonly #events: Map<string, LateEvent>;

  private constructor(store: AppserviceStore, events: Map<string, LateEvent>) {
    this.#store = store;
    this.#events = events;
  }

  /** Takes up what the store holds. */
  static async open(store: AppserviceStore): Promise<LateEvents> {
    const rows = [...(await store.all("patrix.undecrypted"))].flatMap(([key, row]) => (isLateEvent(row) ? [[key, row] as const] : []));
    return new LateEvents(store, new Map(rows.toSorted(([, a], [, b]) => a.event.origin_server_ts - b.event.origin_server_ts)));
  }

  /** Keeps an event; stored once it resolves. */
  async add(id: string, event: ClientEvent): Promise<void> {
    this.#events.delete(event.event_id);
    this.#events.set(event.event_id, { id, event });
    const given = [...this.#events.keys()].slice(0, Math.max(0, this.#events.size - MAX_UNDECRYPTED));
    for (const key of given) this.#events.delete(key);
    await this.#store.write([
      change("patrix.undecrypted", event.event_id, { id, event }),
      ...given.map((key) => change("patrix.undecrypted", key, undefined)),
    ]);
  }

  /** Whether an event waits for a key. */
  isWanted(roomId: RoomId, sessionId: string): boolean {
    return this.#waiting(roomId, sessionId).length > 0;
  }

  /** Lets events be handled again, behind what waits: all, or those that a key may be for. */
  async handleAgain(queue: Pick<DurableQueue<News>, "add">, key?: { readonly roomId: RoomId; readonly sessionId: string }): Promise<void> {
    const events = key ? this.#waiting(key.roomId, key.sessionId) : [...this.#events.values()];
    if (events.length === 0) return;
    for (const { event } of events) this.#events.delete(event.event_id);
    const items = events.map(({ id, event }): QueueItem<News> => ({
      id,
      lane: event.room_id,
      value: { kind: "event", event, isLate: true },
    }));
    try {
      await queue.add(
        items,
        events.map(({ event }) => change("patrix.undecrypted", event.event_id, undefined)),
      );
    } catch (error) {
      for (const late of events) this.#events.set(late.event.event_id, late);
      throw error;
    }
  }

  #waiting(roomId: RoomId, sessionId: string): LateEvent[] {
    return [...this.#events.values()].filter(({ event }) => event.room_id === roomId && event.content["session_id"] === sessionId);
  }
}

function isLateEvent(row: unknown): row is LateEvent {
  return isJsonObject(row) && typeof row["id"] === "string" && isJsonObject(row["event"]) && isJsonObject(row["event"]["content"]);
}
