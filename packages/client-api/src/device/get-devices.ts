import { type EmptyObject, endpoint, type Endpoint, independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { Device } from "./device.ts";

/** Response of {@link getDevices}. */
export interface GetDevicesResponse {
  devices?: Device[] | undefined;
}

/** Checks a {@link GetDevicesResponse}. */
export const GetDevicesResponse: Model<GetDevicesResponse> = /* @__PURE__ */ model(() =>
  obj<GetDevicesResponse>({ devices: z.optional(independent(z.array(Device.schema))) }),
);

/**
 * Lists the devices of the user.
 *
 * `GET /_matrix/client/v3/devices` · access token
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#get_matrixclientv3devices}
 */
export const getDevices: Endpoint<EmptyObject, GetDevicesResponse> = /* @__PURE__ */ endpoint({
  id: "getDevices",
  method: "GET",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/devices" },
      { since: "v1.1", path: "/_matrix/client/v3/devices" },
    ],
  },
  response: GetDevicesResponse,
});
