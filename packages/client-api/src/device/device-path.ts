import { type Model, obj, paramsModel } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";

/** Path variables of a device. */
export interface DevicePath {
  deviceId: DeviceId;
}

/** Checks a {@link DevicePath}. */
export const DevicePath: Model<DevicePath> = /* @__PURE__ */ paramsModel(() => obj<DevicePath>({ deviceId: DeviceId }));
