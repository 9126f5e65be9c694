import { deleteDevice, deleteDevices, type Device, getDevice, getDevices, updateDevice } from "@patrix/client-api";
import { handle } from "@patrix/server";
import type { DeviceRow } from "../../store/statements/devices.ts";
import type { Registration } from "../registration.ts";
import { proveIdentity } from "./account.ts";
import type { AccountServices } from "./account-services.ts";

/** The handlers of devices. */
export function deviceHandlers(services: AccountServices): Registration[] {
  const { sessions } = services;
  return [
    handle(getDevices, async (_, { user }) => ({ devices: (await sessions.devices(user.userNid)).map(toDevice) })),
    handle(getDevice, async ({ path }, { user }) => toDevice(await sessions.device(user.userNid, path.deviceId))),
    handle(updateDevice, async ({ path, body = {} }, { user }) => {
      if (body.display_name === undefined) await sessions.device(user.userNid, path.deviceId);
      else await sessions.rename(user.userNid, path.deviceId, body.display_name);
      return {};
    }),
    handle(deleteDevice, async ({ path, body = {} }, { user }) => {
      await proveIdentity(services, user, "deleteDevice", body.auth);
      await sessions.removeDevices(user.userNid, (device) => device.device_id !== path.deviceId);
      return {};
    }),
    handle(deleteDevices, async ({ body }, { user }) => {
      await proveIdentity(services, user, "deleteDevices", body.auth);
      const removed = new Set(body.devices);
      await sessions.removeDevices(user.userNid, (device) => !removed.has(device.device_id));
      return {};
    }),
  ];
}

function toDevice({ device_id, display_name, last_seen_ip, last_seen_ts }: DeviceRow): Device {
  return { device_id, display_name, last_seen_ip, last_seen_ts };
}
