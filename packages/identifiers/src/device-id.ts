import { IdentifierError, requireText } from "./errors.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** ID of a device, unique to its user. */
export type DeviceId = string;

/** Tolerant schema of a {@link DeviceId}: any string. */
export const DeviceId: Schema<DeviceId> = /* @__PURE__ */ stringSchema();

/** Checks a device ID, which may be any string but the empty one, and returns it. @throws {@link IdentifierError} `EMPTY`. */
export function parseDeviceId(text: string): DeviceId {
  requireText(text, "device ID");
  if (text === "") throw new IdentifierError("EMPTY", "device ID");
  return text;
}

/** Whether a text can be a device ID. The specification gives no grammar, so only the empty string is refused. */
export function isDeviceId(value: unknown): value is DeviceId {
  return typeof value === "string" && value !== "";
}
