import { isJsonObject, type JsonObject } from "@patrix/api";
import { encryptionOnServer, readEncryptionSettings, recipientsOnServer, type RequestSender } from "@patrix/client";
import type { KeyRecipients, RoomEncryptionSettings } from "@patrix/client-crypto";
import { LruCache, type TimerClock } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import { isUserId, type RoomId, type UserId } from "@patrix/identifiers";
import { type AppserviceStore, change } from "../store/appservice-store.ts";

/** What is kept of a room, for good. */
interface RoomRow {
  /** How it is encrypted. */
  readonly settings?: RoomEncryptionSettings | undefined;
  /** A ghost who has had keys of the room: who reads where the bot does not. */
  readonly reader?: UserId | undefined;
}

type Recipients = Pick<KeyRecipients, "userIds" | "historyVisibility">;

interface KnownRecipients {
  readonly recipients: Promise<Recipients>;
  readonly askedTs: number;
}

/** How many rooms are known without asking the store, or whose members are known without asking the homeserver. */
const REMEMBERED_ROOMS = 10_000;
const REMEMBERED_MEMBERS = 1_000;
/** How long members are remembered at most, in milliseconds: the homeserver may be unable to tell what has changed. */
const MEMBERS_MS = 30_000;

/** Which rooms are encrypted and how: once encrypted, always encrypted, whatever anybody says later. */
export class EncryptedRooms {
  readonly #store: AppserviceStore;
  readonly #clock: TimerClock;
  readonly #rows = new LruCache<RoomId, RoomRow>(REMEMBERED_ROOMS);
  readonly #recipients = new LruCache<RoomId, KnownRecipients>(REMEMBERED_MEMBERS);
  /** When the homeserver has said last of rooms that they are not encrypted. */
  readonly #plain = new LruCache<RoomId, number>(REMEMBERED_ROOMS);

  constructor(store: AppserviceStore, clock: TimerClock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Learns from what the homeserver tells, as soon as it does. */
  notice({ type, room_id: roomId }: Pick<ClientEvent, "type" | "room_id">): void {
    if (type === "m.room.encryption") this.#plain.delete(roomId);
    if (type === "m.room.member" || type === "m.room.history_visibility") this.#recipients.delete(roomId);
  }

  /**
   * How a room is encrypted; `undefined` if it is not. The homeserver is asked each time: what it has told may be older than what it knows.
   *
   * @param http - Asks as somebody in the room.
   * @param plainForMs - For how long a room counts as not encrypted once the homeserver has said so, unless it tells of a change.
   */
  async settingsOf(http: RequestSender, roomId: RoomId, plainForMs = 0): Promise<RoomEncryptionSettings | undefined> {
    const askedTs = this.#plain.get(roomId);
    if (askedTs !== undefined && this.#clock.now() - askedTs < plainForMs) return undefined;
    const known = await this.#row(roomId);
    if (known?.settings) return known.settings;
    const nowTs = this.#clock.now();
    const content = await encryptionOnServer(http, roomId);
    if (content) return this.remember(roomId, content);
    this.#plain.set(roomId, nowTs);
    return undefined;
  }

  /** Whether it is known that a room is encrypted. */
  async isEncrypted(roomId: RoomId): Promise<boolean> {
    return (await this.#row(roomId))?.settings !== undefined;
  }

  /** Remembers that a room is encrypted; what was remembered first stays. */
  async remember(roomId: RoomId, content: JsonObject): Promise<RoomEncryptionSettings> {
    const known = await this.#row(roomId);
    if (known?.settings) return known.settings;
    const settings = readEncryptionSettings(content);
    await this.#keep(roomId, { ...known, settings });
    return settings;
  }

  /** Who may read what is sent now. @param http - Asks as somebody in the room. */
  async recipientsOf(http: RequestSender, roomId: RoomId): Promise<Recipients> {
    const known = this.#recipients.get(roomId);
    if (known && this.#clock.now() - known.askedTs < MEMBERS_MS) return known.recipients;
    const recipients = recipientsOnServer(http, roomId);
    this.#recipients.set(roomId, { recipients, askedTs: this.#clock.now() });
    recipients.catch(() => this.#recipients.delete(roomId));
    return recipients;
  }

  /** A ghost who has had keys of a room. */
  async readerOf(roomId: RoomId): Promise<UserId | undefined> {
    return (await this.#row(roomId))?.reader;
  }

  /** Remembers who has had keys of a room. */
  async noteReader(roomId: RoomId, reader: UserId): Promise<void> {
    const known = await this.#row(roomId);
    // Anybody can send keys of any room: they say nothing about how the room is encrypted.
    if (known?.reader !== reader) await this.#keep(roomId, { ...known, reader });
  }

  async #row(roomId: RoomId): Promise<RoomRow | undefined> {
    const row = this.#rows.get(roomId) ?? toRow(await this.#store.get("patrix.encrypted-rooms", roomId));
    if (row) this.#rows.set(roomId, row);
    return row;
  }

  async #keep(roomId: RoomId, row: RoomRow): Promise<void> {
    await this.#store.write([change("patrix.encrypted-rooms", roomId, row)]);
    this.#rows.set(roomId, row);
  }
}

function toRow(value: unknown): RoomRow | undefined {
  if (!isJsonObject(value)) return undefined;
  const { settings, reader } = value;
  return { settings: isJsonObject(settings) ? toSettings(settings) : undefined, reader: isUserId(reader) ? reader : undefined };
}

function toSettings({ algorithm, rotationPeriodMs, rotationPeriodMessages }: JsonObject): RoomEncryptionSettings {
  const number = (each: unknown): number | undefined => (typeof each === "number" ? each : undefined);
  return {
    algorithm: String(algorithm),
    rotationPeriodMs: number(rotationPeriodMs),
    rotationPeriodMessages: number(rotationPeriodMessages),
  };
}
