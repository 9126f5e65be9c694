import { isJsonObject } from "@patrix/api";
import { queryKeys } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { CryptoEngine } from "../engine/crypto-engine.ts";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";
import { CryptoError } from "../errors.ts";
import { RoomMessages } from "./room-messages.ts";
import { type CryptoRequests, exchange } from "./send-outgoing.ts";

/** What an {@link OutgoingPump} works with. */
export interface PumpParts {
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  readonly userId: UserId;
  readonly deviceId: string;
  readonly logger: { warn(message: string, cause?: unknown): void };
}

/** Passes in which answers lead to further requests; more are left for the next time. */
const maxPasses = 10;

/** Sends what the engine wants sent: one pass at a time, each request until its answer was taken in. */
export class OutgoingPump {
  readonly #parts: PumpParts;
  readonly #roomMessages: RoomMessages;
  #running: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(parts: PumpParts) {
    this.#parts = parts;
    this.#roomMessages = new RoomMessages((request) => exchange(parts, request), parts.logger);
  }

  /**
   * Resolves when all that was wanted at the time of the call was sent, but for messages to rooms, which are sent meanwhile. A request that fails does not keep others from being sent,
   * and comes again with the next flush.
   *
   * @throws What the first request that failed threw; {@link CryptoError} `DEVICE_KEYS_LOST`.
   */
  flush(): Promise<void> {
    if (!this.#running) return this.#start();
    // A pass that runs may have looked already: those who ask meanwhile share the next one. Who has begun the pass hears of its failure.
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.#start();
      });
    return this.#next;
  }

  #start(): Promise<void> {
    this.#running = this.#run().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #run(): Promise<void> {
    const sent = new Set<string>();
    for (let pass = 0; pass < maxPasses; pass += 1) {
      const wanted = await this.#parts.engine.outgoingRequests();
      const fresh = wanted.filter(({ id }) => id !== undefined && !sent.has(id));
      if (fresh.length === 0) return;
      const failures: unknown[] = [];
      for (const request of fresh) {
        sent.add(request.id ?? "");
        if (request.kind === "room-message") this.#roomMessages.send(request);
        else await this.#send(request).catch((error: unknown) => failures.push(error));
      }
      if (failures.length > 0) throw failures[0];
    }
  }

  async #send(request: OutgoingRequest): Promise<void> {
    if (request.kind === "keys-upload" && isJsonObject(request.body["device_keys"])) await this.#requireOwnDevice();
    await exchange(this.#parts, request);
  }

  /**
   * Keys of a device are made once. Where the server has others, this store is a new one, or an old copy: whoever sends to the device
   * would use keys that nobody has.
   */
  async #requireOwnDevice(): Promise<void> {
    const { engine, requests, userId, deviceId } = this.#parts;
    const { device_keys: known } = await requests.send(
      queryKeys,
      { body: { device_keys: { [userId]: [deviceId] } } },
      { idempotent: true },
    );
    const published = known?.[userId]?.[deviceId]?.keys?.[`ed25519:${deviceId}`];
    if (published === undefined || published === engine.identityKeys.ed25519) return;
    throw new CryptoError(
      "DEVICE_KEYS_LOST",
      `the server knows device ${deviceId} of ${userId} with other keys than this store has. ` +
        "Either bring back the store that has them, or log in again, which makes a new device",
    );
  }
}
