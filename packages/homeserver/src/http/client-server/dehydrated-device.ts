import type { JsonObject } from "@patrix/api";
import {
  deleteDehydratedDevice,
  getDehydratedDevice,
  getDehydratedDeviceEvents,
  listDehydratedDeviceEvents,
  putDehydratedDevice,
} from "@patrix/client-api/unstable";
import { handle, type RawJson, rawJson } from "@patrix/server";
import type { DehydratedDevices } from "../../e2ee/dehydrated-devices.ts";
import type { Registration } from "../registration.ts";

/** The handlers of devices that nobody uses and that receive keys for whoever logs in next. */
export function dehydratedDeviceHandlers(devices: DehydratedDevices): Registration[] {
  return [
    handle(getDehydratedDevice, async (_request, { user }) => {
      const { device_id: deviceId, json } = await devices.get(user.userNid);
      return { device_id: deviceId, device_data: JSON.parse(json) as JsonObject };
    }),
    handle(putDehydratedDevice, async ({ body }, { user }) => {
      await devices.put(user, {
        deviceId: body.device_id,
        name: body.initial_device_display_name,
        data: body.device_data,
        // What was parsed is JSON.
        deviceKeys: body.device_keys as object as JsonObject,
        oneTimeKeys: body.one_time_keys ?? {},
        fallbackKeys: body.fallback_keys ?? {},
      });
      return { device_id: body.device_id };
    }),
    handle(deleteDehydratedDevice, async (_request, { user }) => ({ device_id: await devices.delete(user.userNid) })),
    handle(getDehydratedDeviceEvents, async ({ path, body }, { user }) => {
      const { events, nextBatch } = await devices.events(user.userNid, path.deviceId, body?.next_batch);
      return pageOf(events, nextBatch);
    }),
    handle(listDehydratedDeviceEvents, async ({ path, query }, { user }) => {
      const { events, nextBatch, isLast } = await devices.events(user.userNid, path.deviceId, query?.from);
      return pageOf(events, isLast ? undefined : nextBatch);
    }),
  ];
}

function pageOf(events: readonly string[], nextBatch: string | undefined): RawJson {
  return rawJson(`{"events":[${events.join(",")}]${nextBatch === undefined ? "" : `,"next_batch":"${nextBatch}"`}}`);
}
