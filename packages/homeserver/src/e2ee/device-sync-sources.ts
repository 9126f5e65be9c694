import type { SyncSources } from "../sync/cuts/sync-sources.ts";
import type { E2ee } from "./open-e2ee.ts";

/** The part of {@link SyncSources} that is about devices and keys. */
export type DeviceSyncSources = Pick<
  SyncSources,
  | "toDevice"
  | "acknowledgeToDevice"
  | "toDeviceAfter"
  | "dropToDevice"
  | "changedDeviceLists"
  | "oneTimeKeyCounts"
  | "unusedFallbackKeyTypes"
>;

/** What sync shows of devices and keys. */
export function deviceSyncSources({ toDevice, deviceLists, oneTimeKeys }: E2ee): DeviceSyncSources {
  return {
    toDevice: (device, _since, now) => toDevice.pending(device, now),
    acknowledgeToDevice: (device, since) => toDevice.acknowledge(device, since),
    toDeviceAfter: (device, span) => toDevice.after(device, span),
    dropToDevice: (device, upTo) => toDevice.drop(device, upTo),
    changedDeviceLists: (userNid, since, now) => deviceLists.changed(userNid, since, now),
    oneTimeKeyCounts: (deviceNid) => oneTimeKeys.counts(deviceNid),
    unusedFallbackKeyTypes: (deviceNid) => oneTimeKeys.unusedFallbackAlgorithms(deviceNid),
  };
}
