import { EmptyObject, type Endpoint, endpoint, UiaResponse } from "@patrix/api";
import { AuthenticationBody } from "../account/authentication-body.ts";
import { DevicePath } from "./device-path.ts";

/** Request of {@link deleteDevice}. */
export interface DeleteDeviceRequest {
  path: DevicePath;
  body?: AuthenticationBody | undefined;
}

/**
 * Deletes a device and ends its session.
 *
 * `DELETE /_matrix/client/v3/devices/{deviceId}` · access token · User-Interactive Authentication
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#delete_matrixclientv3devicesdeviceid}
 */
export const deleteDevice: Endpoint<DeleteDeviceRequest, EmptyObject> = /* @__PURE__ */ endpoint({
  id: "deleteDevice",
  method: "DELETE",
  auth: "accessToken",
  rateLimited: false,
  history: {
    stable: [
      { since: "r0.0.0", path: "/_matrix/client/r0/devices/{deviceId}" },
      { since: "v1.1", path: "/_matrix/client/v3/devices/{deviceId}" },
    ],
  },
  uia: true,
  errors: { 401: { body: UiaResponse } },
  path: DevicePath,
  body: AuthenticationBody,
  response: EmptyObject,
});
