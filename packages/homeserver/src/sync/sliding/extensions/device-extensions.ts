import { isCovered } from "../../../log/position.ts";
import { SyncError } from "../../errors.ts";
import { limits } from "../../../limits.ts";
import { type DeviceListParts, deviceListsBetween } from "../../cuts/device-list-span.ts";
import type { SyncSources } from "../../cuts/sync-sources.ts";
import type { ExtensionRequests } from "../sliding-request.ts";
import type { ExtensionAnswer, ExtensionSpan } from "./extension.ts";

/** What the extensions of devices are made of. */
export interface DeviceExtensionParts extends DeviceListParts {
  readonly sources: SyncSources;
}

type ToDeviceRequest = NonNullable<ExtensionRequests["toDevice"]>;

/** Reads how far a device has got its messages; 0 for one that has none, or whose token is of another database. */
function readToDeviceToken({ since }: ToDeviceRequest, core: DeviceListParts["rooms"]["core"]): number {
  if (since === undefined) return 0;
  const text = /^t([0-9a-z]{1,11})$/.exec(since)?.[1];
  const pos = text === undefined ? Number.NaN : Number.parseInt(text, 36);
  if (!Number.isSafeInteger(pos)) throw new SyncError("INVALID_REQUEST", "/extensions/to_device/since: not a token of this server");
  // One from before a backup was restored says nothing of what there is now.
  return isCovered(core.log.committed, pos) ? pos : 0;
}

/** Drops the messages to a device that it has received, as its token says. @throws {SyncError} `INVALID_REQUEST`. */
export async function dropReceived(
  { rooms, sources }: DeviceExtensionParts,
  { device }: Pick<ExtensionSpan, "device">,
  request: ToDeviceRequest,
): Promise<void> {
  const upTo = readToDeviceToken(request, rooms.core);
  if (upTo > 0) await sources.dropToDevice(device, upTo);
}

/** Reads the next messages to a device. @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3885} */
export async function toDeviceExtension(
  { rooms, sources }: DeviceExtensionParts,
  { device, now }: ExtensionSpan,
  request: ToDeviceRequest,
): Promise<ExtensionAnswer> {
  const after = readToDeviceToken(request, rooms.core);
  const limit = Math.max(1, request.limit ?? limits.toDeviceInAnswer.value);
  const { events, last } = await sources.toDeviceAfter(device, { after, now: now.positions, limit });
  return { json: `{"next_batch":"t${last.toString(36)}","events":[${events.join(",")}]}`, hasNews: events.length > 0 };
}

/**
 * Reads what encryption needs. A client that begins anew asks for the keys of everybody; so does one for whom too many have changed.
 *
 * @throws {SyncError} `UNKNOWN_POS`.
 * @see {@link https://github.com/matrix-org/matrix-spec-proposals/pull/3884}
 */
export async function e2eeExtension(parts: DeviceExtensionParts, { device, since, now }: ExtensionSpan): Promise<ExtensionAnswer> {
  const { sources } = parts;
  const lists = since && (await deviceListsBetween(parts, device, { since: since.positions, now: now.positions }));
  const count = lists ? lists.changed.length + lists.left.length : 0;
  if (count > limits.syncChangedUsers.value) throw new SyncError("UNKNOWN_POS", "too many users have changed their keys: begin anew");
  const members = [
    ...(lists && count > 0 ? [`"device_lists":${JSON.stringify(lists)}`] : []),
    `"device_one_time_keys_count":${JSON.stringify(await sources.oneTimeKeyCounts(device.deviceNid))}`,
    `"device_unused_fallback_key_types":${JSON.stringify(await sources.unusedFallbackKeyTypes(device.deviceNid))}`,
  ];
  return { json: `{${members.join(",")}}`, hasNews: count > 0 };
}
