import type { JsonObject } from "@patrix/api";
import type { EventEncryption, RequestSender } from "@patrix/client";
import { clearTypes } from "@patrix/client";
import type { ClientEvent } from "@patrix/events";
import type { RoomId, UserId } from "@patrix/identifiers";
import { AppserviceError } from "../errors.ts";
import type { News } from "../intake/read-transaction.ts";
import type { DurableQueue, QueueItem } from "../queue/durable-queue.ts";
import type { EncryptedRooms } from "./encrypted-rooms.ts";

/** An event that is to be sent. */
export interface OutgoingEvent {
  readonly type: string;
  readonly content: JsonObject;
}

/** What leaves of an event, and as which device: of none where nothing was encrypted. */
export interface SealedEvent extends OutgoingEvent {
  readonly deviceId?: string | undefined;
}

/** Who sends an event. */
export interface SealingUser {
  readonly userId: UserId;
  /** Asks as the user. */
  readonly http: RequestSender;
}

/** An event as it is handled. */
export interface RevealedEvent {
  readonly event: ClientEvent;
  /** How it was encrypted; `undefined` if it was not. */
  readonly encryption?: EventEncryption | undefined;
}

/** What stands between the events of an application service and the homeserver. */
export interface AppserviceCipher extends AsyncDisposable {
  /** Gets ready in the background, and lets what waits for keys be handled again. */
  start(queue: DurableQueue<News>): void;
  /** Learns from what the homeserver tells, before it is answered. */
  notice(event: ClientEvent): void;
  /** Resolves when the keys have been taken in that came before an event. @param lanesDone - Waits for lanes of the queue, by how they begin. */
  settled(event: ClientEvent, lanesDone: (prefix: string) => Promise<void>): Promise<void>;
  /** Decrypts an event, where it is encrypted. @returns Nothing for one that waits for its key. */
  reveal(item: Pick<QueueItem<News>, "id">, event: ClientEvent, isLate: boolean): Promise<RevealedEvent | undefined>;
  /** Takes in what the homeserver tells of devices. */
  takeIn(news: Exclude<News, { kind: "event" }>): Promise<void>;
  /**
   * Whether what a user sends into a room is to be encrypted.
   *
   * @throws {AppserviceError} `ROOM_IS_ENCRYPTED` where nothing can be sent. @throws What the homeserver answers.
   */
  encrypts(user: SealingUser, roomId: RoomId): Promise<boolean>;
  /**
   * Makes what leaves of an event.
   *
   * @throws {AppserviceError} `ROOM_IS_ENCRYPTED`, `FILE_IS_NOT_ENCRYPTED`, `ENCRYPTION_FAILED`. @throws What the homeserver answers.
   */
  seal(user: SealingUser, roomId: RoomId, event: OutgoingEvent): Promise<SealedEvent>;
  /** Makes the device of a user before the user joins a room that is known to be encrypted: who sees the user join sees a signed device. */
  prepare(userId: UserId, roomId: RoomId): Promise<void>;
  /** Makes a new device for a user where the old one is gone. @returns Whether that is so. */
  renew(userId: UserId, error: unknown): Promise<boolean>;
  /** Makes the device of a user. */
  enable(userId: UserId): Promise<void>;
}

/** For how long a service without encryption takes a room for one that is not encrypted, in milliseconds: asking each time would double what sends cost. */
const PLAIN_MS = 60_000;

/** Of a service without encryption: nothing is decrypted, and nothing goes into encrypted rooms. */
export function noCipher(rooms: EncryptedRooms): AppserviceCipher {
  const refuse = async ({ http }: SealingUser, roomId: RoomId, type: string): Promise<void> => {
    if (clearTypes.has(type) || (await rooms.settingsOf(http, roomId, PLAIN_MS)) === undefined) return;
    throw new AppserviceError(
      "ROOM_IS_ENCRYPTED",
      `${roomId} is encrypted, and this service cannot encrypt without the option encryption: ${type} would go out in the clear, so nothing was sent`,
    );
  };
  return {
    start: () => {},
    notice: (event) => rooms.notice(event),
    settled: async () => {},
    reveal: async (_, event) => ({ event }),
    takeIn: async () => {},
    async encrypts(user, roomId) {
      await refuse(user, roomId, "m.room.message");
      return false;
    },
    async seal(user, roomId, event) {
      await refuse(user, roomId, event.type);
      return event;
    },
    prepare: async () => {},
    renew: async () => false,
    async enable() {
      throw new AppserviceError("INVALID_OPTIONS", "the service was created without the option encryption");
    },
    async [Symbol.asyncDispose]() {},
  };
}
