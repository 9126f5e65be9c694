import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.secret.send`: a secret that was asked for. Only ever sent encrypted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msecretsend}
 */
export interface SecretSendContent {
  request_id: string;
  secret: string;
}
/** Checks the content of `m.secret.send`. */
export const SecretSendContent: Model<SecretSendContent> = /* @__PURE__ */ model(() =>
  obj<SecretSendContent>({ request_id: z.string(), secret: z.string() }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.secret.send": SecretSendContent;
  }
}

/** Defines `m.secret.send`. */
export const secretSend: EventDefinition<"to-device", "m.secret.send", SecretSendContent> = /* @__PURE__ */ defineEvent(
  "to-device",
  "m.secret.send",
  SecretSendContent,
);
