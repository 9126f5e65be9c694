import { endpoint, type Endpoint, independent, model, type Model, obj, paramsModel } from "@patrix/api";
import { CrossSigningKey, DeviceKeys } from "@patrix/events";
import { DeviceId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of {@link getUserDevices}. */
export interface GetUserDevicesPath {
  userId: UserId;
}

/** Checks a {@link GetUserDevicesPath}. */
export const GetUserDevicesPath: Model<GetUserDevicesPath> = /* @__PURE__ */ paramsModel(() => obj<GetUserDevicesPath>({ userId: UserId }));

/** A device of a user, with its keys. */
export interface UserDevice {
  device_id: DeviceId;
  /** Identity keys of the device. */
  keys: DeviceKeys;
  /** Name of the device for people. */
  device_display_name?: string | undefined;
}

/** Response of {@link getUserDevices}. */
export interface GetUserDevicesResponse {
  user_id: UserId;
  /** Place in the stream of the user's device list updates. */
  stream_id: number;
  devices: UserDevice[];
  master_key?: CrossSigningKey | undefined;
  self_signing_key?: CrossSigningKey | undefined;
}

/** Checks a {@link GetUserDevicesResponse}. */
export const GetUserDevicesResponse: Model<GetUserDevicesResponse> = /* @__PURE__ */ model(() =>
  obj<GetUserDevicesResponse>({
    user_id: UserId,
    stream_id: z.int(),
    devices: independent(
      z.array(obj<UserDevice>({ device_id: DeviceId, keys: DeviceKeys.schema, device_display_name: z.optional(z.string()) })),
    ),
    master_key: z.optional(CrossSigningKey.schema),
    self_signing_key: z.optional(CrossSigningKey.schema),
  }),
);

/** Request of {@link getUserDevices}. */
export interface GetUserDevicesRequest {
  path: GetUserDevicesPath;
}

/**
 * Lists the devices of a user of the called server, with their keys.
 *
 * `GET /_matrix/federation/v1/user/devices/{userId}` · signed request
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#get_matrixfederationv1userdevicesuserid}
 */
export const getUserDevices: Endpoint<GetUserDevicesRequest, GetUserDevicesResponse> = /* @__PURE__ */ endpoint({
  id: "getUserDevices",
  method: "GET",
  auth: "signedRequest",
  rateLimited: false,
  history: { stable: [{ since: "v1.1", path: "/_matrix/federation/v1/user/devices/{userId}" }] },
  path: GetUserDevicesPath,
  response: GetUserDevicesResponse,
});
