import { isJsonObject, type JsonObject } from "@patrix/api";
import type { AppserviceToDeviceEvent } from "@patrix/appservice-api/unstable";
import { isTransient, type Logger } from "@patrix/client";
import { getRoomStateWithKey, sendMessage, sendToDevice } from "@patrix/client-api";
import type { ClientEvent } from "@patrix/events";
import { createTransactionId, isDeviceId, isUserId, type UserId } from "@patrix/identifiers";
import type { Ghosts } from "../intents/ghosts.ts";
import type { Homeserver } from "../intents/homeserver.ts";
import type { AppserviceCipher } from "./appservice-cipher.ts";

/** What {@link RefusedVerifications} work with. */
export interface RefusalParts {
  readonly homeserver: Homeserver;
  readonly ghosts: Pick<Ghosts, "isOwn">;
  readonly cipher: Pick<AppserviceCipher, "seal">;
  readonly clock: { now(): number };
  readonly logger: Logger;
}

/** How old a request may be that anybody still waits for, in milliseconds. */
const MAX_AGE_MS = 10 * 60_000;
/** What begins a verification between devices, by itself or after a request. */
const beginnings: ReadonlySet<string> = new Set(["m.key.verification.request", "m.key.verification.start"]);

/**
 * Tells those who want to verify the bot or a ghost at once that nobody can: there is no person who could compare anything, and clients wait for ten minutes otherwise.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationcancel}
 */
export class RefusedVerifications {
  readonly #parts: RefusalParts;

  constructor(parts: RefusalParts) {
    this.#parts = parts;
  }

  /** Refuses what a message to a device of a user asks for, if it asks. @throws What may pass. */
  async betweenDevices({ type, sender, to_user_id: userId, content }: AppserviceToDeviceEvent): Promise<void> {
    const { from_device: deviceId, transaction_id: flowId } = content;
    if (!beginnings.has(type) || typeof flowId !== "string" || !isDeviceId(deviceId) || this.#isOver(content["timestamp"])) return;
    // People whom the service speaks for have devices of their own, which are asked too: a refusal would end it for all.
    if (!this.#isForGhost(userId, sender)) return;
    const body = { messages: { [sender]: { [deviceId]: { transaction_id: flowId, ...refusalOf(userId) } } } };
    const path = { eventType: "m.key.verification.cancel", txnId: createTransactionId() };
    await this.#attempt(userId, () => this.#parts.homeserver.as(userId).send(sendToDevice, { path, body }));
  }

  /** Refuses what an event of a room, in the clear, asks of one of the service's users who is there. @throws What may pass. */
  async inRoom({ type, sender, content, event_id: eventId, room_id: roomId, origin_server_ts: ts }: ClientEvent): Promise<void> {
    const { msgtype, to: userId } = content;
    if (type !== "m.room.message" || msgtype !== "m.key.verification.request" || !isUserId(userId)) return;
    const { homeserver, cipher } = this.#parts;
    if (!this.#isForGhost(userId, sender) || this.#isOver(ts)) return;
    const http = homeserver.as(userId);
    const cancel = { "m.relates_to": { rel_type: "m.reference", event_id: eventId }, ...refusalOf(userId) };
    await this.#attempt(userId, async () => {
      // Nobody is brought into a room for this.
      const member = await http.send(getRoomStateWithKey, { path: { roomId, eventType: "m.room.member", stateKey: userId } });
      if (!isJsonObject(member) || member["membership"] !== "join") return;
      const sealed = await cipher.seal({ userId, http }, roomId, { type: "m.key.verification.cancel", content: cancel });
      const path = { roomId, eventType: sealed.type, txnId: `patrix.refused.${eventId}` };
      await homeserver.as(userId, { deviceId: sealed.deviceId }).send(sendMessage, { path, body: sealed.content });
    });
  }

  #isForGhost(asked: UserId, by: UserId): boolean {
    const { ghosts } = this.#parts;
    return ghosts.isOwn(asked) && !ghosts.isOwn(by);
  }

  #isOver(askedTs: unknown): boolean {
    return typeof askedTs === "number" && this.#parts.clock.now() - askedTs > MAX_AGE_MS;
  }

  async #attempt(userId: UserId, send: () => Promise<unknown>): Promise<void> {
    try {
      await send();
    } catch (error) {
      if (isTransient(error)) throw error;
      this.#parts.logger.debug(`encryption: a verification of ${userId} could not be refused`, error);
    }
  }
}

function refusalOf(userId: UserId): JsonObject {
  return { code: "m.unknown_method", reason: `${userId} is written for by a program, and nobody is there to be verified` };
}
