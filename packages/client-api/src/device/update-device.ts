import { EmptyObject, type Endpoint, endpoint, type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { DevicePath } from "./device-path.ts";

/** Body of {@link updateDevice}. */
export interface UpdateDeviceBody {
  /** A name for people. */
  display_name?: string | undefined;
}

/** Checks a {@link UpdateDeviceBody}. */
export const UpdateDeviceBody: Model<UpdateDeviceBody> = /* @__PURE__ */ model(() =>
  obj<UpdateDeviceBody>({ display_name: z.optional(z.string()) }),
);

/** Request of {@link updateDevice}. */
export interface UpdateDeviceRequest {
  path: DevicePath;
  body?: UpdateDeviceBody | undefined;
}

/**
 * Changes a device's display name; an application service can also create the device.
 *
 * `PUT /_matrix/client/v3/devices/{deviceId}` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#put_matrixclientv3devicesdeviceid}
 */
export const updateDevice: Endpoint<UpdateDeviceRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "updateDevice",
  method: "PUT",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/devices/{deviceId}" },
      { since: "v1.1", path: "/_matrix/client/v3/devices/{deviceId}" },
    ],
  },
  statuses: [200, 201],
  errors: { 404: {} },
  path: DevicePath,
  body: UpdateDeviceBody,
  response: EmptyObject,
});
