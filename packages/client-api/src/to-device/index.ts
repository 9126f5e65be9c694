/**
 * The part `to-device` of the client-server API.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export { SendToDeviceBody, SendToDevicePath, type SendToDeviceRequest, sendToDevice } from "../index.ts";
