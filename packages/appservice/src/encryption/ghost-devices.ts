import { isJsonObject, MatrixError } from "@patrix/api";
import { deleteDevice, updateDevice } from "@patrix/client-api";
import { KeyedQueue, LruCache } from "@patrix/concurrency";
import { createDeviceId, type UserId } from "@patrix/identifiers";
import { APPSERVICE_LOGIN, logInGhost } from "../intents/ghost-endpoints.ts";
import type { Ghosts } from "../intents/ghosts.ts";
import type { Homeserver } from "../intents/homeserver.ts";
import { type AppserviceStore, change } from "../store/appservice-store.ts";

/** The device of a ghost. */
export interface GhostDevice {
  readonly deviceId: string;
  /** Whether the homeserver knows it. */
  readonly isMade: boolean;
  /** Whether its keys were published. */
  readonly isPublished: boolean;
  /** Whether it is signed by an identity of the ghost. */
  readonly isSigned: boolean;
}

/** What {@link GhostDevices} work with. */
export interface GhostDevicesParts {
  readonly store: AppserviceStore;
  readonly homeserver: Homeserver;
  readonly ghosts: Ghosts;
  /** What the devices are called. */
  readonly deviceName: string;
}

/** How many devices are known without asking the store. */
const REMEMBERED_DEVICES = 50_000;

/** The devices of ghosts, one each; kept in the store, and made without a password. */
export class GhostDevices {
  readonly #parts: GhostDevicesParts;
  readonly #known = new LruCache<UserId, GhostDevice>(REMEMBERED_DEVICES);
  readonly #turns = new KeyedQueue<UserId>();

  constructor(parts: GhostDevicesParts) {
    this.#parts = parts;
  }

  /** The device of a user, if there is one. */
  async find(userId: UserId): Promise<GhostDevice | undefined> {
    const known = this.#known.get(userId) ?? toDevice(await this.#parts.store.get("patrix.devices", userId));
    if (known) this.#known.set(userId, known);
    return known;
  }

  /** The device of a user; it is made where there is none. @throws What the requests fail with. */
  ensure(userId: UserId): Promise<GhostDevice> {
    return this.#turns.run(userId, async () => {
      const known = await this.find(userId);
      if (known?.isMade === true) return known;
      await this.#parts.ghosts.ensureRegistered(userId);
      // Stored before it is made: who is stopped in between makes the same one.
      const device = known ?? { deviceId: createDeviceId(), isMade: false, isPublished: false, isSigned: false };
      await this.#keep(userId, device);
      await this.#make(userId, device.deviceId);
      return this.#keep(userId, { ...device, isMade: true });
    });
  }

  /** Keeps what has become of a device. */
  note(userId: UserId, deviceId: string, news: Partial<Omit<GhostDevice, "deviceId">>): Promise<void> {
    return this.#turns.run(userId, async () => {
      const known = await this.find(userId);
      if (known?.deviceId === deviceId) await this.#keep(userId, { ...known, ...news });
    });
  }

  /** Forgets a device that is of no use any more, here and on the homeserver: the next one is another. */
  forget(userId: UserId, deviceId: string): Promise<void> {
    return this.#turns.run(userId, async () => {
      if ((await this.find(userId))?.deviceId !== deviceId) return;
      await this.#parts.homeserver
        .as(userId)
        .send(deleteDevice, { path: { deviceId } })
        .catch((error: unknown) => {
          // A homeserver that does not let go of it has a device that nobody uses.
          if (!(error instanceof MatrixError)) throw error;
        });
      await this.#parts.store.write([change("patrix.devices", userId, undefined)]);
      this.#known.delete(userId);
    });
  }

  async #make(userId: UserId, deviceId: string): Promise<void> {
    const { homeserver, deviceName } = this.#parts;
    try {
      await homeserver.as(userId).send(updateDevice, { path: { deviceId }, body: { display_name: deviceName } });
    } catch (error) {
      if (!MatrixError.is(error, "M_NOT_FOUND") && !MatrixError.is(error, "M_UNRECOGNIZED")) throw error;
      // Homeservers before v1.17 make devices by a login alone, whose token nobody needs.
      const identifier = { type: "m.id.user", user: userId } as const;
      const body = { type: APPSERVICE_LOGIN, identifier, device_id: deviceId, initial_device_display_name: deviceName } as const;
      await homeserver.as().send(logInGhost, { body }, { idempotent: true });
    }
  }

  async #keep(userId: UserId, device: GhostDevice): Promise<GhostDevice> {
    await this.#parts.store.write([change("patrix.devices", userId, device)]);
    this.#known.set(userId, device);
    return device;
  }
}

function toDevice(row: unknown): GhostDevice | undefined {
  if (!isJsonObject(row) || typeof row["deviceId"] !== "string") return undefined;
  const { deviceId, isMade, isPublished, isSigned } = row;
  return {
    deviceId,
    isMade: isMade === true,
    isPublished: isPublished === true,
    isSigned: isSigned === true,
  };
}
