/**
 * The part `device` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  type DeleteDeviceRequest,
  DeleteDevicesBody,
  type DeleteDevicesRequest,
  Device,
  DevicePath,
  type GetDeviceRequest,
  GetDevicesResponse,
  UpdateDeviceBody,
  type UpdateDeviceRequest,
  deleteDevice,
  deleteDevices,
  getDevice,
  getDevices,
  updateDevice,
} from "../index.ts";
