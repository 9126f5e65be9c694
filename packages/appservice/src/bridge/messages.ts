import { isJsonObject, type JsonObject } from "@patrix/api";
import { KeyedQueue } from "@patrix/concurrency";
import { type EventId, isEventId } from "@patrix/identifiers";
import { type AppserviceChange, type AppserviceStore, change } from "../store/appservice-store.ts";

/** A message of the other network and the events that show it, or the other way round. */
export interface BridgedMessage {
  /** The message, by whatever the network calls it; unique in the whole network. */
  readonly remoteId: string;
  /** The oldest first; several where one message is more than one event. */
  readonly eventIds: readonly EventId[];
  /** What the bridge keeps beside it, as what was said, for networks that quote. */
  readonly data: JsonObject;
}

/** Options of {@link Messages}. */
export interface MessageOptions {
  /** How many messages are remembered; the oldest are forgotten. Default: 100,000. */
  readonly limit?: number | undefined;
}

interface Row {
  readonly eventIds: readonly EventId[];
  readonly data: JsonObject;
  readonly slot: number;
}

/**
 * Which message here is which message there, for edits, replies, reactions and redactions, and to know what one has sent oneself. Kept in
 * the store, in a bounded number of places of which the oldest is taken again.
 */
export class Messages {
  readonly #store: AppserviceStore;
  readonly #limit: number;
  readonly #turns = new KeyedQueue<"messages">();

  constructor(store: AppserviceStore, { limit = 100_000 }: MessageOptions = {}) {
    this.#store = store;
    this.#limit = limit;
  }

  /** A message by its name in the other network. */
  async byRemote(remoteId: string): Promise<BridgedMessage | undefined> {
    const row = await this.#row(remoteId);
    return row && { remoteId, eventIds: row.eventIds, data: row.data };
  }

  /** The message that an event shows, or is shown by. */
  async byEvent(eventId: EventId): Promise<BridgedMessage | undefined> {
    const remoteId = await this.#store.get("patrix.messages", `event:${eventId}`);
    return typeof remoteId === "string" ? this.byRemote(remoteId) : undefined;
  }

  /** Remembers that a message and an event are the same; what is kept beside it is added to what was. */
  async link(remoteId: string, eventId: EventId, data: JsonObject = {}): Promise<void> {
    await this.#turns.run("messages", async () => {
      const row = await this.#row(remoteId);
      const { slot, changes } = row ? { slot: row.slot, changes: [] } : await this.#takeSlot(remoteId);
      const eventIds = [...(row?.eventIds ?? []).filter((known) => known !== eventId), eventId];
      await this.#store.write([
        ...changes,
        change("patrix.messages", `remote:${remoteId}`, { eventIds, slot, data: { ...row?.data, ...data } }),
        change("patrix.messages", `event:${eventId}`, remoteId),
      ]);
    });
  }

  /** Forgets a message, as after its redaction. */
  async unlink(remoteId: string): Promise<void> {
    await this.#turns.run("messages", async () => this.#store.write(await this.#removal(remoteId)));
  }

  /** The place after the last one; what was there is forgotten. */
  async #takeSlot(remoteId: string): Promise<{ readonly slot: number; readonly changes: AppserviceChange[] }> {
    const last = await this.#store.get("patrix.service", "message-slot");
    const slot = ((typeof last === "number" ? last : -1) + 1) % this.#limit;
    const oldest = await this.#store.get("patrix.slots", String(slot));
    const changes = [
      ...(typeof oldest === "string" ? await this.#removal(oldest, slot) : []),
      change("patrix.slots", String(slot), remoteId),
      change("patrix.service", "message-slot", slot),
    ];
    return { slot, changes };
  }

  /** @param slot - Where the message must be to be removed: it may have been forgotten and come again. */
  async #removal(remoteId: string, slot?: number): Promise<AppserviceChange[]> {
    const row = await this.#row(remoteId);
    if (!row || (slot !== undefined && row.slot !== slot)) return [];
    const keys = [`remote:${remoteId}`, ...row.eventIds.map((eventId) => `event:${eventId}`)];
    return keys.map((key) => change("patrix.messages", key, undefined));
  }

  async #row(remoteId: string): Promise<Row | undefined> {
    const value = await this.#store.get("patrix.messages", `remote:${remoteId}`);
    if (!isJsonObject(value) || !Array.isArray(value["eventIds"]) || typeof value["slot"] !== "number") return undefined;
    const eventIds = value["eventIds"].filter((id): id is EventId => typeof id === "string" && isEventId(id));
    return { eventIds, slot: value["slot"], data: isJsonObject(value["data"]) ? value["data"] : {} };
  }
}
