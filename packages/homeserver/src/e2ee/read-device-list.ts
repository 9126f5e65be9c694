import { isJsonObject, type JsonObject } from "@patrix/api";
import { limits } from "../limits.ts";
import type { DeviceListOfOther } from "../other-servers.ts";
import { encode } from "./device-keys.ts";

/** What is kept of the devices and keys of another server's user, each as it is stored. */
export interface KeptDeviceList {
  readonly streamId: number;
  /** By device ID. */
  readonly devices: ReadonlyMap<string, string>;
  /** By usage. */
  readonly signingKeys: ReadonlyMap<string, string>;
}

/**
 * Reads the devices that a server lists: those with keys of their own, as many as are kept. What names another user or device is left out, as
 * is what is too large.
 */
export function readDeviceList(userId: string, { streamId, devices, master, selfSigning }: DeviceListOfOther): KeptDeviceList {
  const kept = new Map<string, string>();
  let bytes = 0;
  for (const { deviceId, keys, name } of devices) {
    if (kept.size >= limits.devices.value) break;
    const json = readDevice(userId, deviceId, keys, name);
    if (json === undefined) continue;
    bytes += Buffer.byteLength(json);
    if (bytes > limits.remoteDevicesBytes.value) break;
    kept.set(deviceId, json);
  }
  return { streamId, devices: kept, signingKeys: readSigningKeys(userId, { master, selfSigning }) };
}

/** Reads the keys of a device as they are stored; `undefined` for what is not the device's, or too large. */
export function readDevice(userId: string, deviceId: string, keys: unknown, name: unknown): string | undefined {
  if (!isJsonObject(keys) || keys["user_id"] !== userId || keys["device_id"] !== deviceId) return undefined;
  if (deviceId === "" || deviceId.length > limits.deviceIdLength.value) return undefined;
  const { unsigned: _unsigned, ...kept } = keys;
  const isName = typeof name === "string" && name.length <= limits.deviceDisplayNameLength.value;
  return bounded(isName ? { ...kept, unsigned: { device_display_name: name } } : kept, limits.deviceKeysBytes.value);
}

/** Reads the cross-signing keys that others see, by usage, as they are stored. */
export function readSigningKeys(userId: string, keys: { readonly master: unknown; readonly selfSigning: unknown }): Map<string, string> {
  const kept = new Map<string, string>();
  for (const [usage, key] of [
    ["master", keys.master],
    ["self_signing", keys.selfSigning],
  ] as const) {
    if (!isJsonObject(key) || key["user_id"] !== userId || !Array.isArray(key["usage"]) || !key["usage"].includes(usage)) continue;
    const json = bounded(key, limits.crossSigningKeyBytes.value);
    if (json !== undefined) kept.set(usage, json);
  }
  return kept;
}

function bounded(value: JsonObject, mostBytes: number): string | undefined {
  try {
    const json = encode(value);
    return Buffer.byteLength(json) > mostBytes ? undefined : json;
  } catch {
    return undefined;
  }
}
