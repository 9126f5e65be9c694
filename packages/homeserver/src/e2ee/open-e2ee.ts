import type { Rooms } from "../rooms/rooms.ts";
import { CrossSigning } from "./cross-signing.ts";
import { DeviceKeyStore } from "./device-keys.ts";
import { DeviceLists } from "./device-lists.ts";
import { KeyBackups } from "./key-backups.ts";
import { KeySignatures } from "./key-signatures.ts";
import { OneTimeKeys } from "./one-time-keys.ts";
import { ToDevice } from "./to-device.ts";

/** Everything that end-to-end encryption needs of the server. */
export interface E2ee {
  readonly deviceLists: DeviceLists;
  readonly deviceKeys: DeviceKeyStore;
  readonly oneTimeKeys: OneTimeKeys;
  readonly crossSigning: CrossSigning;
  readonly keySignatures: KeySignatures;
  readonly toDevice: ToDevice;
  readonly keyBackups: KeyBackups;
}

/** Opens the keys, messages and backups of devices. */
export async function openE2ee(rooms: Rooms): Promise<E2ee> {
  const { core } = rooms;
  const deviceLists = await DeviceLists.open(rooms);
  const deviceKeys = new DeviceKeyStore(core, deviceLists);
  return {
    deviceLists,
    deviceKeys,
    oneTimeKeys: new OneTimeKeys(core),
    crossSigning: new CrossSigning(core, deviceLists),
    keySignatures: new KeySignatures(core, deviceKeys, deviceLists),
    toDevice: new ToDevice(core),
    keyBackups: new KeyBackups(core),
  };
}
