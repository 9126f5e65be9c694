import { AuthenticationData, EmptyObject, type Endpoint, endpoint, type Model, model, obj, UiaResponse } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body of {@link deleteDevices}. */
export interface DeleteDevicesBody {
  devices: DeviceId[];
  /** User-Interactive Authentication, once the server has asked for it. */
  auth?: AuthenticationData | undefined;
}

/** Checks a {@link DeleteDevicesBody}. */
export const DeleteDevicesBody: Model<DeleteDevicesBody> = /* @__PURE__ */ model(() =>
  obj<DeleteDevicesBody>({ devices: z.array(DeviceId), auth: z.optional(AuthenticationData.schema) }),
);

/** Request of {@link deleteDevices}. */
export interface DeleteDevicesRequest {
  body: DeleteDevicesBody;
}

/**
 * Deletes several devices and ends their sessions.
 *
 * `POST /_matrix/client/v3/delete_devices` · access token · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3delete_devices}
 */
export const deleteDevices: Endpoint<DeleteDevicesRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteDevices",
  method: "POST",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/delete_devices" },
      { since: "v1.1", path: "/_matrix/client/v3/delete_devices" },
    ],
  },
  uia: true,
  errors: { 401: { body: UiaResponse } },
  body: DeleteDevicesBody,
  response: EmptyObject,
});
