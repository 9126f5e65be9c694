import { type Endpoint, endpoint } from "@patrix/api";
import { Device } from "./device.ts";
import { DevicePath } from "./device-path.ts";

/** Request of {@link getDevice}. */
export interface GetDeviceRequest {
  path: DevicePath;
}

/**
 * Reads one device of the user.
 *
 * `GET /_matrix/client/v3/devices/{deviceId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devicesdeviceid}
 */
export const getDevice: Endpoint<GetDeviceRequest, Device> = /* @__PURE__ */ endpoint({
  id: "getDevice",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/devices/{deviceId}" },
      { since: "v1.1", path: "/_matrix/client/v3/devices/{deviceId}" },
    ],
  },
  errors: { 404: {} },
  path: DevicePath,
  response: Device,
});
