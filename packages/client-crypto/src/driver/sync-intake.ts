import type { JsonObject } from "@patrix/api";
import { isUserId, type RoomId } from "@patrix/identifiers";
import { DeviceVerifications, isVerificationEvent } from "../account/verification.ts";
import type { SharedHistory } from "../account/shared-history.ts";
import type { CryptoEngine, ReceivedToDevice, SyncKeys } from "../engine/crypto-engine.ts";
import { CryptoError } from "../errors.ts";
import type { KeyClaims } from "./key-claims.ts";
import { OutgoingPump, type PumpParts } from "./outgoing-pump.ts";

/** What a {@link SyncIntake} works with. */
export interface IntakeParts extends PumpParts {
  readonly engine: CryptoEngine;
  readonly claims: KeyClaims;
  readonly history: SharedHistory;
  /** Told when secrets have come. */
  readonly onSecrets: () => void;
}

/** Takes in what syncs bring, and sends what the engine then wants sent. */
export class SyncIntake {
  readonly verifications: DeviceVerifications;
  readonly #parts: IntakeParts;
  readonly #pump: OutgoingPump;
  #isFirst = true;
  /** Why it cannot go on. */
  #lost: CryptoError | undefined;

  constructor(parts: IntakeParts) {
    this.#parts = parts;
    this.#pump = new OutgoingPump(parts);
    this.verifications = new DeviceVerifications(parts);
  }

  /** @throws {CryptoError} `DEVICE_KEYS_LOST` if that was found out. */
  requireKeys(): void {
    if (this.#lost) throw this.#lost;
  }

  /** Sends what waits to be sent. @throws As {@link OutgoingPump.flush}. */
  async flush(): Promise<void> {
    try {
      await this.#pump.flush();
    } catch (error) {
      if (error instanceof CryptoError && error.code === "DEVICE_KEYS_LOST") this.#lost = error;
      throw error;
    }
  }

  /** Takes in a sync; durable once it resolves. @throws {CryptoError} */
  async receive(keys: SyncKeys): Promise<readonly ReceivedToDevice[]> {
    this.requireKeys();
    const { engine } = this.#parts;
    // The engine hears of no verification with a device that it does not know yet.
    if (keys.toDevice.some(({ type }) => type === "m.key.verification.request")) {
      await engine.receiveSync({ ...keys, toDevice: [] });
      await this.#flushQuietly();
    }
    const received = await engine.receiveSync(keys);
    const sending = this.#flushQuietly();
    // A device that is new, or has lost its keys, is found out before anything is made of what came.
    if (this.#isFirst) await sending;
    this.#isFirst = false;
    this.requireKeys();
    // Private keys that come change how the device stands, of which the engine does not tell.
    if (received.some(({ event }) => event["type"] === "m.secret.send")) this.#parts.onSecrets();
    await this.verifications.note(received);
    this.verifications.look();
    this.#parts.history.note(received);
    return received;
  }

  /** Takes in decrypted events of a room, where they are about a verification; who asks for one becomes known first. @throws {CryptoError} */
  async receiveRoomEvents(roomId: RoomId, events: readonly JsonObject[]): Promise<void> {
    const { engine } = this.#parts;
    for (const event of events.filter((each) => isVerificationEvent(each))) {
      const { sender } = event;
      // The engine hears of nothing that a device has sent which it does not know yet.
      if (isUserId(sender) && "from_device" in Object(event["content"])) {
        await engine.trackUsers([sender]);
        await this.#flushQuietly();
      }
      await this.verifications.noteInRoom(roomId, event);
      this.verifications.look();
      await this.#flushQuietly();
    }
  }

  async #sendAll(): Promise<void> {
    await this.flush();
    // A device that has asked for a secret or a key may be one that nothing was ever sent to.
    if (await this.#parts.claims.claim([])) await this.flush();
  }

  async #flushQuietly(): Promise<void> {
    await this.#sendAll().catch((error: unknown) => {
      if (error instanceof CryptoError && error.code === "CLOSED") return;
      this.#parts.logger.warn("encryption: keys could not be sent; again after the next sync", error);
    });
  }
}
