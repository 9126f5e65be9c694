import type { JsonObject } from "@patrix/api";
import { MatrixError } from "@patrix/api";
import type { MediaSender } from "@patrix/client";
import { sendMessage } from "@patrix/client-api";
import type { KeyedQueue } from "@patrix/concurrency";
import { createTransactionId, type EventId, type RoomId, type UserId } from "@patrix/identifiers";
import type { SealedEvent, AppserviceCipher } from "../encryption/appservice-cipher.ts";
import { AppserviceError } from "../errors.ts";
import { repeatableTransactionId } from "../queue/handler-scope.ts";
import { markAsOwn } from "./double-puppet.ts";
import type { Ghosts } from "./ghosts.ts";
import type { Homeserver } from "./homeserver.ts";
import type { IntentSendOptions } from "./intent.ts";
import type { Memberships } from "./memberships.ts";

/** What intents share. */
export interface IntentParts {
  readonly homeserver: Homeserver;
  readonly ghosts: Ghosts;
  readonly memberships: Memberships;
  readonly cipher: AppserviceCipher;
  /** The order of what is sent, by user and room. */
  readonly sends: KeyedQueue<string>;
  readonly botId: UserId;
  readonly serviceId: string;
  readonly fetch: typeof globalThis.fetch;
}

/** A user as whom the service acts: registered and joined when that is needed. */
export class ActingUser {
  readonly parts: IntentParts;
  readonly userId: UserId;
  readonly http: MediaSender;
  readonly #deviceId: string | undefined;

  /** @throws {AppserviceError} `NOT_IN_NAMESPACE`. */
  constructor(parts: IntentParts, userId: UserId, deviceId: string | undefined) {
    parts.ghosts.check(userId);
    this.parts = parts;
    this.userId = userId;
    this.#deviceId = deviceId;
    this.http = parts.homeserver.as(userId, { deviceId });
  }

  ensureRegistered(): Promise<void> {
    return this.parts.ghosts.ensureRegistered(this.userId);
  }

  async ensureJoined(roomId: RoomId): Promise<void> {
    const { memberships, homeserver, botId } = this.parts;
    await this.ensureRegistered();
    const inviter = this.userId === botId ? {} : { inviter: homeserver.as(botId) };
    await memberships.ensureJoined(roomId, this.userId, { http: this.http, ...inviter });
  }

  /** Learns that the user is in a room. */
  joined(roomId: RoomId): void {
    this.parts.memberships.add(roomId, this.userId);
  }

  /** Learns that the user is in a room no more. */
  left(roomId: RoomId): void {
    this.parts.memberships.forget(roomId, this.userId);
  }

  /** Does something in a room. Who turns out not to be joined, against what was known, joins and does it again. */
  async inRoom<T>(roomId: RoomId, action: () => Promise<T>): Promise<T> {
    await this.ensureJoined(roomId);
    try {
      return await action();
    } catch (error) {
      if (!MatrixError.is(error, "M_FORBIDDEN")) throw error;
      this.left(roomId);
      await this.ensureJoined(roomId);
      return action();
    }
  }

  /** Does something when all that the user was to do before it in the room is done. */
  inTurn<T>(roomId: RoomId, action: () => Promise<T>): Promise<T> {
    return this.parts.sends.run(`${this.userId} ${roomId}`, action);
  }

  /** As {@link ActingUser.inRoom}, in turn. */
  inOrder<T>(roomId: RoomId, action: () => Promise<T>): Promise<T> {
    return this.inTurn(roomId, () => this.inRoom(roomId, action));
  }

  send(roomId: RoomId, eventType: string, content: JsonObject, options?: IntentSendOptions): Promise<EventId> {
    return this.#sendMade(roomId, eventType, async (deliver) => deliver(content), options);
  }

  /** Sends an event with files, which are uploaded when its turn has come. @param make - Uploads them as the room wants, and makes the content. */
  sendWithFiles(
    roomId: RoomId,
    eventType: string,
    make: (encrypts: boolean) => Promise<JsonObject>,
    options?: IntentSendOptions,
  ): Promise<EventId> {
    const send = async (deliver: (content: JsonObject) => Promise<EventId>): Promise<EventId> => {
      const encrypts = await this.encrypts(roomId);
      try {
        return await deliver(await make(encrypts));
      } catch (error) {
        // The room was made an encrypted one meanwhile.
        if (encrypts || !(error instanceof AppserviceError && error.code === "FILE_IS_NOT_ENCRYPTED")) throw error;
        return deliver(await make(true));
      }
    };
    return this.#sendMade(roomId, eventType, send, options);
  }

  /** Whether files for a room have to be encrypted. @throws {AppserviceError} `ROOM_IS_ENCRYPTED` where none can be sent. */
  encrypts(roomId: RoomId): Promise<boolean> {
    return this.inRoom(roomId, () => this.parts.cipher.encrypts(this, roomId));
  }

  /** Sends what somebody makes when its turn has come. */
  #sendMade(
    roomId: RoomId,
    eventType: string,
    make: (deliver: (content: JsonObject) => Promise<EventId>) => Promise<EventId>,
    { txnId: wanted, timestamp }: IntentSendOptions = {},
  ): Promise<EventId> {
    const { ghosts, memberships, serviceId, cipher } = this.parts;
    // Before anything is awaited: the names of a handler come from the order of its calls.
    const txnId = this.nameOf(`${roomId} ${eventType}`, wanted);
    const deliver = async (content: JsonObject): Promise<EventId> => {
      const marked = ghosts.isOwn(this.userId) ? content : markAsOwn(content, serviceId);
      for (;;) {
        const join = memberships.joinOf(roomId, this.userId);
        const sealed = await cipher.seal(this, roomId, { type: eventType, content: marked });
        // Who was out of the room when it was asked how it is encrypted has heard how it was before that.
        if (memberships.joinOf(roomId, this.userId) === join) return this.#deliver(sealed, { roomId, txnId, timestamp });
      }
    };
    const withDevice = async (content: JsonObject): Promise<EventId> => {
      try {
        return await deliver(content);
      } catch (error) {
        if (this.#deviceId === undefined && (await cipher.renew(this.userId, error))) return deliver(content);
        throw error;
      }
    };
    return this.inTurn(roomId, async () => {
      await cipher.prepare(this.userId, roomId);
      return make((content) => this.inRoom(roomId, () => withDevice(content)));
    });
  }

  async #deliver(
    { type, content, deviceId = this.#deviceId }: SealedEvent,
    { roomId, txnId, timestamp }: { roomId: RoomId; txnId: string; timestamp: number | undefined },
  ): Promise<EventId> {
    const http = this.parts.homeserver.as(this.userId, { deviceId, ts: timestamp });
    return (await http.send(sendMessage, { path: { roomId, eventType: type, txnId }, body: content })).event_id;
  }

  /** The transaction ID of something. */
  nameOf(purpose: string, wanted: string | undefined): string {
    // Counted in any case, so that what comes after it keeps its number.
    const repeatable = repeatableTransactionId(`${this.userId} ${purpose}`);
    return wanted ?? repeatable ?? createTransactionId();
  }
}
