import type { JsonObject } from "@patrix/api";
import { KeyedQueue, LruCache, Semaphore, type TimerClock } from "@patrix/concurrency";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { CryptoEngine, KeyRecipients } from "../engine/crypto-engine.ts";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";
import { CryptoError } from "../errors.ts";
import type { KeyClaims } from "./key-claims.ts";
import type { OutgoingPump } from "./outgoing-pump.ts";
import { type CryptoRequests, exchange } from "./send-outgoing.ts";

/** What a {@link RoomEncryptor} works with. */
export interface EncryptorParts {
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  readonly pump: Pick<OutgoingPump, "flush">;
  readonly claims: KeyClaims;
  readonly clock: TimerClock;
  /** How long the engine may take to encrypt an event, in milliseconds: one that has failed inside never answers. Default: 30,000. */
  readonly encryptTimeoutMs?: number | undefined;
}

const defaultEncryptTimeoutMs = 30_000;
/** Messages to devices that are under way at once. */
const concurrentMessages = 4;
/** Rooms of which it is remembered that they are prepared. */
const maxPrepared = 100;

/**
 * Encrypts events. For each room one at a time, from finding out who has no key yet to the ciphertext: a key that is used up between
 * the two would take the engine down.
 */
export class RoomEncryptor {
  readonly #parts: EncryptorParts;
  readonly #rooms = new KeyedQueue<RoomId>();
  /** For whom rooms were prepared, and how the engine stood then. */
  readonly #prepared = new LruCache<RoomId, { readonly userIds: readonly UserId[]; readonly changes: number | undefined }>(maxPrepared);

  constructor(parts: EncryptorParts) {
    this.#parts = parts;
  }

  /** Gives the content of the `m.room.encrypted` event. @throws {CryptoError} And what requests throw. */
  encrypt(roomId: RoomId, event: { readonly type: string; readonly content: JsonObject }, recipients: KeyRecipients): Promise<JsonObject> {
    return this.#rooms.run(roomId, async () => {
      const { engine } = this.#parts;
      await this.#prepare(roomId, recipients.userIds);
      await this.#send(await engine.shareRoomKey(roomId, recipients));
      const content = await this.#withDeadline(engine.encrypt(roomId, event.type, event.content));
      const relation = event.content["m.relates_to"];
      // Servers count relations, which they can only do in the clear.
      return relation === undefined ? content : { ...content, "m.relates_to": relation };
    });
  }

  /** Finds out which devices users have, and gets keys of those that nothing can be sent to yet; nothing, where nothing has changed since the last time. */
  async #prepare(roomId: RoomId, userIds: readonly UserId[]): Promise<void> {
    const { engine, pump, claims } = this.#parts;
    const last = this.#prepared.get(roomId);
    if (last?.changes === engine.deviceChanges && isSameList(last.userIds, userIds)) return;
    await engine.trackUsers(userIds);
    await pump.flush();
    // What changes from here on, the keys that are asked for now do not know of.
    const changes = engine.deviceChanges;
    const hasClaimed = await claims.claim(userIds);
    this.#prepared.set(roomId, { userIds, changes: hasClaimed ? undefined : changes });
  }

  async #send(messages: readonly OutgoingRequest[]): Promise<void> {
    const places = new Semaphore(concurrentMessages);
    await Promise.all(messages.map((message) => places.run(() => exchange(this.#parts, message))));
  }

  async #withDeadline<T>(task: Promise<T>): Promise<T> {
    const { clock, encryptTimeoutMs = defaultEncryptTimeoutMs } = this.#parts;
    const over = new AbortController();
    const late = clock.sleep(encryptTimeoutMs, over.signal).then(() => {
      throw new CryptoError("TIMEOUT", "the engine does not answer");
    });
    // An engine that has answered ends the wait.
    late.catch(() => {});
    try {
      return await Promise.race([task, late]);
    } finally {
      over.abort();
    }
  }
}

function isSameList(one: readonly UserId[], other: readonly UserId[]): boolean {
  return one.length === other.length && one.every((userId, at) => userId === other[at]);
}
