import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * An event that a device receives outside of any room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#send-to-device-messaging}
 */
export interface ToDeviceEvent {
  type: string;
  sender: UserId;
  /** Not checked by the envelope; see the content model of the type. */
  content: JsonObject;
}
/** Checks a {@link ToDeviceEvent}; the content is not looked at. */
export const ToDeviceEvent: Model<ToDeviceEvent> = /* @__PURE__ */ model(() =>
  obj<ToDeviceEvent>({ type: z.string(), sender: UserId, content: jsonObject() }),
);
