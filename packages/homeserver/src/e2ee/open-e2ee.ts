import type { BackgroundFailure } from "../background.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { type DevicesOfOthers, noFederation, type OtherServers } from "../other-servers.ts";
import { CrossSigning } from "./cross-signing.ts";
import { DeviceKeyStore } from "./device-keys.ts";
import { DeviceLists } from "./device-lists.ts";
import { DeviceListEdus } from "./complete-device-edus.ts";
import { followMemberships } from "./follow-memberships.ts";
import { RemoteDeviceLists } from "./remote-device-lists.ts";
import { RemoteKeys } from "./remote-keys.ts";
import { StaleDeviceLists } from "./stale-device-lists.ts";
import { KeyBackups } from "./key-backups.ts";
import { KeySignatures } from "./key-signatures.ts";
import { OneTimeKeys } from "./one-time-keys.ts";
import { ToDevice } from "./to-device.ts";

/** Everything that end-to-end encryption needs of the server. */
export interface E2ee {
  readonly remoteDeviceLists: RemoteDeviceLists;
  readonly staleDeviceLists: StaleDeviceLists;
  readonly remoteKeys: RemoteKeys;
  readonly deviceListEdus: DeviceListEdus;
  readonly deviceLists: DeviceLists;
  readonly deviceKeys: DeviceKeyStore;
  readonly oneTimeKeys: OneTimeKeys;
  readonly crossSigning: CrossSigning;
  readonly keySignatures: KeySignatures;
  readonly toDevice: ToDevice;
  readonly keyBackups: KeyBackups;
}

/** What devices and keys are opened with. */
export interface E2eeSettings {
  /** By default there are none. */
  readonly otherServers?: DevicesOfOthers & Pick<OtherServers, "refusal">;
  /** Whether other servers see the names of devices. */
  readonly publishesNames?: boolean;
  readonly failed?: BackgroundFailure;
}

/** Opens the keys, messages and backups of devices. */
export async function openE2ee(rooms: Rooms, settings: E2eeSettings = {}): Promise<E2ee> {
  const { core } = rooms;
  const { otherServers = noFederation(core.serverName), publishesNames = false, failed = () => {} } = settings;
  const deviceLists = await DeviceLists.open(rooms, otherServers);
  const deviceKeys = new DeviceKeyStore(core, deviceLists, { publishesNames });
  let stale: StaleDeviceLists | undefined;
  const remoteDeviceLists = new RemoteDeviceLists(core, deviceLists, otherServers, (user) => stale?.add(user));
  stale = new StaleDeviceLists(core, remoteDeviceLists, failed);
  followMemberships(rooms, { lists: deviceLists, stale, others: otherServers, failed });
  return {
    remoteDeviceLists,
    staleDeviceLists: stale,
    remoteKeys: new RemoteKeys(core, remoteDeviceLists, otherServers),
    deviceListEdus: new DeviceListEdus(core, deviceKeys, () => deviceLists.newest),
    deviceLists,
    deviceKeys,
    oneTimeKeys: new OneTimeKeys(core),
    crossSigning: new CrossSigning(core, deviceLists),
    keySignatures: new KeySignatures(core, deviceKeys, deviceLists),
    toDevice: new ToDevice(core, otherServers),
    keyBackups: new KeyBackups(core),
  };
}
