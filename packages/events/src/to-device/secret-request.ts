import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.secret.request`: a device asks the user's others for a secret, or no longer does.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msecretrequest}
 */
export interface SecretRequestContent {
  /** The secret; required with action `request`. */
  name?: string | undefined;
  action: OpenEnum<"request" | "request_cancellation">;
  requesting_device_id: DeviceId;
  request_id: string;
}
/** Checks the content of `m.secret.request`. */
export const SecretRequestContent: Model<SecretRequestContent> = /* @__PURE__ */ model(() =>
  obj<SecretRequestContent>({
    name: z.optional(z.string()),
    action: openEnum(["request", "request_cancellation"]),
    requesting_device_id: DeviceId,
    request_id: z.string(),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.secret.request": SecretRequestContent;
  }
}

/** Defines `m.secret.request`. */
export const secretRequest: EventDefinition<"to-device", "m.secret.request", SecretRequestContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.secret.request",
  SecretRequestContent,
);
