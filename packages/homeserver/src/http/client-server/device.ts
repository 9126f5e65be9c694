import type { EmptyObject } from "@patrix/api";
import {
  type AuthenticationBody,
  deleteDevice,
  deleteDevices,
  type DeleteDevicesBody,
  type Device,
  getDevice,
  getDevices,
  updateDevice,
} from "@patrix/client-api";
import { handle, reply } from "@patrix/server";
import type { DeviceRow } from "../../store/statements/devices.ts";
import type { Registration } from "../registration.ts";
import type { AccountServices } from "./account-services.ts";
import { provenOperation } from "./proven-operation.ts";

/** The handlers of devices. */
export function deviceHandlers(services: AccountServices): Registration[] {
  const { sessions } = services;
  // Application services manage the devices that they act as.
  const removal = provenOperation<AuthenticationBody, EmptyObject>(services, () => true);
  const removals = provenOperation<DeleteDevicesBody, EmptyObject>(services, () => true);
  return [
    handle(getDevices, async (_, { user }) => ({ devices: (await sessions.devices(user.userNid)).map(toDevice) })),
    handle(getDevice, async ({ path }, { user }) => toDevice(await sessions.device(user.userNid, path.deviceId))),
    handle(updateDevice, async ({ path, body = {} }, { user }) => {
      if (user.appservice) return reply({}, (await sessions.put(user.userNid, path.deviceId, body.display_name)) ? 201 : 200);
      if (body.display_name === undefined) await sessions.device(user.userNid, path.deviceId);
      else await sessions.rename(user.userNid, path.deviceId, body.display_name);
      return {};
    }),
    handle(deleteDevice, ({ path, body = {} }, { user }) =>
      removal({ user, path: path.deviceId, body }, async () => {
        await sessions.removeDevices(user.userNid, (device) => device.device_id !== path.deviceId);
        return {};
      }),
    ),
    handle(deleteDevices, ({ body }, { user }) =>
      removals({ user, body }, async (_, { devices }) => {
        const removed = new Set<string>(devices);
        await sessions.removeDevices(user.userNid, (device) => !removed.has(device.device_id));
        return {};
      }),
    ),
  ];
}

function toDevice({ device_id, display_name, last_seen_ip, last_seen_ts }: DeviceRow): Device {
  return { device_id, display_name, last_seen_ip, last_seen_ts };
}
