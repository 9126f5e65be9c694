import { isJsonObject } from "@patrix/api";
import { ClientEventWithoutRoomId } from "@patrix/events";
import { isRoomId, type RoomId } from "@patrix/identifiers";
import { textOf } from "../base/room-data.ts";
import type { Store } from "../stores/store.ts";

/** An event that waits for a key. */
export interface UndecryptedEvent {
  readonly roomId: RoomId;
  readonly event: ClientEventWithoutRoomId;
}

/** Events that are kept; the oldest are given up. */
const maxKept = 1000;

/** New events that could not be decrypted for want of a key, kept over restarts until the key comes. */
export class UndecryptedEvents {
  readonly #store: Store;
  readonly #events = new Map<string, UndecryptedEvent>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what the store knows. */
  async load(): Promise<void> {
    this.#events.clear();
    for (const [id, value] of await this.#store.all("undecrypted")) {
      const event = isJsonObject(value) ? ClientEventWithoutRoomId.safeParse(value["event"]) : undefined;
      const roomId = isJsonObject(value) ? value["roomId"] : undefined;
      if (isRoomId(roomId) && event?.ok === true) this.#events.set(id, { roomId, event: event.value });
    }
  }

  /** Keeps events; durable once it resolves. */
  async add(events: readonly UndecryptedEvent[]): Promise<void> {
    if (events.length === 0) return;
    for (const each of events) this.#events.set(each.event.event_id, each);
    const given = [...this.#events.keys()].slice(0, Math.max(0, this.#events.size - maxKept));
    for (const id of given) this.#events.delete(id);
    const kept = events.filter(({ event }) => this.#events.has(event.event_id));
    await this.#store.write([
      ...kept.map((each) => ({ table: "undecrypted" as const, key: each.event.event_id, value: { ...each } })),
      ...given.map((key) => ({ table: "undecrypted" as const, key, value: undefined })),
    ]);
  }

  /** Those that a key may be for; all of them if none is named. */
  waitingFor(key?: { readonly roomId: RoomId; readonly sessionId: string }): readonly UndecryptedEvent[] {
    const all = [...this.#events.values()];
    if (!key) return all;
    return all.filter(({ roomId, event }) => roomId === key.roomId && textOf(event.content, "session_id") === key.sessionId);
  }

  /** Forgets one. */
  async remove({ event_id: id }: ClientEventWithoutRoomId): Promise<void> {
    if (this.#events.delete(id)) await this.#store.write([{ table: "undecrypted", key: id, value: undefined }]);
  }
}
