import type { Logger } from "@patrix/client";
import { accountDataOf, type DeviceEncryption, openDeviceEncryption, openWasmEngine, type RoomKeyId } from "@patrix/client-crypto";
import { uploadKeys } from "@patrix/client-api";
import type { TimerClock } from "@patrix/concurrency";
import type { UserId } from "@patrix/identifiers";
import type { Homeserver } from "../intents/homeserver.ts";
import type { DeviceChanges } from "./device-changes.ts";
import type { GhostDevice, GhostDevices } from "./ghost-devices.ts";

/** What the homeserver holds of the keys of a device. */
export interface KeyCounts {
  readonly oneTimeKeyCounts: Readonly<Record<string, number>>;
  readonly unusedFallbackKeys: readonly string[] | undefined;
}

/** What is taken in by a device. */
export interface DeviceInput {
  readonly toDevice?: Parameters<DeviceEncryption["receiveSync"]>[0]["toDevice"];
  readonly changed?: readonly UserId[] | undefined;
  readonly left?: readonly UserId[] | undefined;
  readonly counts?: KeyCounts | undefined;
}

/** What devices are opened with. */
export interface OpenDeviceParts {
  readonly homeserver: Homeserver;
  readonly devices: GhostDevices;
  readonly changes: DeviceChanges;
  readonly clock: TimerClock;
  readonly logger: Logger;
  /** What the names of all databases of keys begin with. */
  readonly storeName: string;
  readonly passphrase: string | undefined;
  readonly trust: "everyone" | "cross-signed" | undefined;
  /** Told of keys that have come, and of those that it is said will not come. */
  readonly onKeys: (userId: UserId, keys: readonly RoomKeyId[]) => void;
}

/** Taken where the homeserver has not told: enough, so that no keys are made for nothing. */
const ENOUGH_KEYS: KeyCounts = { oneTimeKeyCounts: { signed_curve25519: 50 }, unusedFallbackKeys: ["signed_curve25519"] };
const NO_KEYS: KeyCounts = { oneTimeKeyCounts: {}, unusedFallbackKeys: [] };

/** What the names of the databases of a device begin with. */
export function databaseName(storeName: string, userId: UserId, deviceId: string): string {
  return `${storeName}::${userId}|${deviceId}`;
}

/** The encryption of a device that is open. */
export class OpenDevice {
  readonly deviceId: string;
  readonly encryption: DeviceEncryption;
  readonly #parts: OpenDeviceParts;
  readonly #userId: UserId;
  #counts: KeyCounts = ENOUGH_KEYS;

  private constructor(
    parts: OpenDeviceParts,
    userId: UserId,
    { device, encryption }: { device: GhostDevice; encryption: DeviceEncryption },
  ) {
    this.#parts = parts;
    this.#userId = userId;
    this.deviceId = device.deviceId;
    this.encryption = encryption;
  }

  /**
   * Opens the encryption of a device that the homeserver has. What it has missed is made up for, and its keys are published.
   *
   * @throws {CryptoError} `CANNOT_OPEN`; `DEVICE_KEYS_LOST` where its keys are others than those that are published.
   */
  static async open(parts: OpenDeviceParts, userId: UserId, device: GhostDevice): Promise<OpenDevice> {
    const { homeserver, clock, logger, storeName, passphrase, trust } = parts;
    const { deviceId } = device;
    const requests = homeserver.as(userId, { deviceId });
    const name = databaseName(storeName, userId, deviceId);
    const encryption = await openDeviceEncryption({
      userId,
      deviceId,
      // Nobody verifies ghosts in rooms, and nobody shows them what was before.
      requests,
      data: accountDataOf(requests, userId),
      clock,
      logger,
      openEngine: (events) => openWasmEngine({ userId, deviceId, storeName: name, passphrase, trust, events }),
    });
    const opened = new OpenDevice(parts, userId, { device, encryption });
    encryption.onKeys((keys) => parts.onKeys(userId, keys));
    try {
      await opened.#catchUp(device);
      return opened;
    } catch (error) {
      await encryption[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Takes in what the homeserver tells; durable once it resolves. */
  async receive({ toDevice = [], changed = [], left = [], counts }: DeviceInput): Promise<void> {
    if (counts) this.#counts = counts;
    await this.encryption.receiveSync({ toDevice, changed, left, ...this.#counts });
    // It has sent what was to be sent.
    if (counts) this.#counts = ENOUGH_KEYS;
  }

  /** Takes in whose devices have changed since it was told last. */
  async receiveChanges(): Promise<void> {
    const { changed, told } = this.#parts.changes.missedBy(this.#userId);
    if (!changed) await this.encryption.refreshDevices();
    await this.receive({ changed });
    told();
  }

  /** Makes new keys where there are few. How many there are is asked for: what was told may be older than the keys that were made last. */
  async supply(unusedFallbackKeys: readonly string[] | undefined): Promise<void> {
    const requests = this.#parts.homeserver.as(this.#userId, { deviceId: this.deviceId });
    const { one_time_key_counts: oneTimeKeyCounts } = await requests.send(uploadKeys, { body: {} }, { idempotent: true });
    await this.receive({ counts: { oneTimeKeyCounts, unusedFallbackKeys } });
  }

  async close(): Promise<void> {
    await this.encryption[Symbol.asyncDispose]();
  }

  async #catchUp({ isPublished }: GhostDevice): Promise<void> {
    if (isPublished) return this.receiveChanges();
    await this.receive({ counts: NO_KEYS });
    // What failed then fails again, and is told.
    await this.encryption.flush();
    await this.#parts.devices.note(this.#userId, this.deviceId, { isPublished: true });
    await this.receiveChanges();
  }
}
