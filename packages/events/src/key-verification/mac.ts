import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.mac`: proof that the sender knows the keys to verify.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationmac}
 */
export interface KeyVerificationMacContent extends VerificationContent {
  /** By key ID, in unpadded base64. */
  mac: Record<string, string>;
  /** The MAC of the sorted, comma-separated key IDs. */
  keys: string;
}
/** Checks the content of `m.key.verification.mac`. */
export const KeyVerificationMacContent: Model<KeyVerificationMacContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationMacContent>({ ...verificationContentShape(), mac: record(z.string(), z.string()), keys: z.string() }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.mac": KeyVerificationMacContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.mac": KeyVerificationMacContent;
  }
}

/** Defines `m.key.verification.mac` in rooms. */
export const keyVerificationMac: EventDefinition<"message", "m.key.verification.mac", KeyVerificationMacContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.mac", KeyVerificationMacContent);

/** Defines `m.key.verification.mac` between devices. */
export const toDeviceKeyVerificationMac: EventDefinition<"to-device", "m.key.verification.mac", KeyVerificationMacContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.mac", KeyVerificationMacContent);
