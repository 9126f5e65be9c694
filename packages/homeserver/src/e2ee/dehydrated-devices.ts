import type { JsonObject } from "@patrix/api";
import { requireWithin } from "../errors.ts";
import type { Core } from "../log/core.ts";
import { limits } from "../limits.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { type DehydratedDeviceRow, dehydratedDevice, upsertDehydratedDevice } from "../store/statements/dehydrated-devices.ts";
import { toDeviceBetween } from "../store/statements/to-device.ts";
import { type DeviceKeyStore, encode } from "./device-keys.ts";
import { E2eeError } from "./errors.ts";
import type { OneTimeKeys, UploadedKeys } from "./one-time-keys.ts";
import { firstOf } from "./to-device.ts";

/** A device that is to be kept, as the client that made it describes it. */
export interface NewDehydratedDevice {
  readonly deviceId: string;
  readonly name: string | undefined;
  /** The encrypted device. */
  readonly data: JsonObject;
  readonly deviceKeys: JsonObject;
  readonly oneTimeKeys: UploadedKeys;
  readonly fallbackKeys: UploadedKeys;
}

/** A device to be added, and the one whose place it takes. */
export interface AddedDevice {
  readonly userNid: number;
  readonly deviceId: string;
  readonly name: string | null;
  /** Asked for when no other change of the user's devices is under way. */
  readonly replacedNid: () => Promise<number | undefined>;
}

/** What dehydrated devices work with. */
export interface DehydratedDevicePorts {
  readonly core: Core;
  readonly deviceKeys: DeviceKeyStore;
  readonly oneTimeKeys: OneTimeKeys;
  /** Adds a device that nobody is logged in on, with what belongs to it, in one commit. */
  readonly addDevice: (device: AddedDevice, operations: (deviceNid: number) => Promise<readonly WriteOperation[]>) => Promise<void>;
  /** Removes a device and all that belongs to it. */
  readonly removeDevice: (userNid: number, deviceNid: number) => Promise<void>;
}

/** A page of messages, and the token of the next one. */
export interface DehydratedEvents {
  /** As JSON. */
  readonly events: readonly string[];
  readonly nextBatch: string;
  /** Whether there are no more. */
  readonly isLast: boolean;
}

/**
 * Devices that nobody uses and that receive room keys for a user who is logged in nowhere: each user may have one, and the next
 * client of the user brings it to life.
 *
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3814}
 */
export class DehydratedDevices {
  readonly #ports: DehydratedDevicePorts;

  constructor(ports: DehydratedDevicePorts) {
    this.#ports = ports;
  }

  /** The device of a user. @throws {E2eeError} `NO_DEHYDRATED_DEVICE`. */
  async get(userNid: number): Promise<DehydratedDeviceRow> {
    const row = await this.#ports.core.store.get(dehydratedDevice, userNid);
    if (!row) throw new E2eeError("NO_DEHYDRATED_DEVICE", "the user has no dehydrated device");
    return row;
  }

  /**
   * Keeps a device in the place of the one before, whose keys and messages go.
   *
   * @throws {E2eeError} As for uploads of keys. @throws {LimitError} @throws {AccountError} `INVALID_DEVICE_ID` for the ID of another device.
   */
  async put({ userNid, userId }: { readonly userNid: number; readonly userId: string }, device: NewDehydratedDevice): Promise<void> {
    const { core, deviceKeys, oneTimeKeys, addDevice } = this.#ports;
    const { deviceId, name = null, data } = device;
    const json = encode(data);
    requireWithin("dehydratedDeviceBytes", Buffer.byteLength(json), "/device_data");
    const replacedNid = async (): Promise<number | undefined> => (await core.store.get(dehydratedDevice, userNid))?.device_nid;
    using quotas = new DisposableStack();
    await addDevice({ userNid, deviceId, name, replacedNid }, async (deviceNid) => {
      const owner = { userNid, userId, deviceNid, deviceId };
      const identity = quotas.use(await deviceKeys.prepare(owner, device.deviceKeys));
      const claimable = quotas.use(await oneTimeKeys.prepare(owner, device.oneTimeKeys, device.fallbackKeys));
      return [...identity.operations, ...claimable.operations, operation(upsertDehydratedDevice, userNid, deviceNid, json)];
    });
  }

  /** Removes the device of a user. @returns Its ID. @throws {E2eeError} `NO_DEHYDRATED_DEVICE`. */
  async delete(userNid: number): Promise<string> {
    const { device_nid: deviceNid, device_id: deviceId } = await this.get(userNid);
    await this.#ports.removeDevice(userNid, deviceNid);
    return deviceId;
  }

  /**
   * The messages that the device has received, in pages, oldest first. They stay until the device goes, so that a client that does not
   * get to the end can begin anew.
   *
   * @param token That of the page before; the first page without one.
   * @throws {E2eeError} `NO_DEHYDRATED_DEVICE`, `OTHER_DEVICE`, or `INVALID_TOKEN`.
   */
  async events(userNid: number, deviceId: string, token: string | undefined): Promise<DehydratedEvents> {
    const row = await this.get(userNid);
    if (row.device_id !== deviceId) throw new E2eeError("OTHER_DEVICE", "path variable deviceId: it is not the user's dehydrated device");
    if (token !== undefined && !/^\d{1,16}$/.test(token))
      throw new E2eeError("INVALID_TOKEN", "the token of the page is none of this server");
    const after = Math.min(Number(token ?? 0), Number.MAX_SAFE_INTEGER);
    const { store } = this.#ports.core;
    const most = limits.toDeviceInAnswer.value;
    const found = await store.all(toDeviceBetween, row.device_nid, after, Number.MAX_SAFE_INTEGER, most);
    const page = firstOf(found);
    const isLast = page.length === found.length && found.length < most;
    return { events: page.map(({ json }) => json), nextBatch: String(page.at(-1)?.pos ?? after), isLast };
  }
}
