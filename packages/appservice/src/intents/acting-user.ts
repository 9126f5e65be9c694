import type { JsonObject } from "@patrix/api";
import { MatrixError } from "@patrix/api";
import type { MediaSender } from "@patrix/client";
import { sendMessage } from "@patrix/client-api";
import type { KeyedQueue } from "@patrix/concurrency";
import { createTransactionId, type EventId, type RoomId, type UserId } from "@patrix/identifiers";
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

  send(roomId: RoomId, eventType: string, content: JsonObject, { txnId: wanted, timestamp }: IntentSendOptions = {}): Promise<EventId> {
    const { ghosts, serviceId, homeserver } = this.parts;
    // Before anything is awaited: the names of a handler come from the order of its calls.
    const txnId = this.nameOf(`${roomId} ${eventType}`, wanted);
    const body = ghosts.isOwn(this.userId) ? content : markAsOwn(content, serviceId);
    const http = timestamp === undefined ? this.http : homeserver.as(this.userId, { deviceId: this.#deviceId, ts: timestamp });
    return this.inOrder(roomId, async () => (await http.send(sendMessage, { path: { roomId, eventType, txnId }, body })).event_id);
  }

  /** The transaction ID of something. */
  nameOf(purpose: string, wanted: string | undefined): string {
    // Counted in any case, so that what comes after it keeps its number.
    const repeatable = repeatableTransactionId(`${this.userId} ${purpose}`);
    return wanted ?? repeatable ?? createTransactionId();
  }
}
