import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.key`: the ephemeral key of the sender.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationkey}
 */
export interface KeyVerificationKeyContent extends VerificationContent {
  /** In unpadded base64. */
  key: string;
}
/** Checks the content of `m.key.verification.key`. */
export const KeyVerificationKeyContent: Model<KeyVerificationKeyContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationKeyContent>({ ...verificationContentShape(), key: z.string() }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.key": KeyVerificationKeyContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.key": KeyVerificationKeyContent;
  }
}

/** Defines `m.key.verification.key` in rooms. */
export const keyVerificationKey: EventDefinition<"message", "m.key.verification.key", KeyVerificationKeyContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.key", KeyVerificationKeyContent);

/** Defines `m.key.verification.key` between devices. */
export const toDeviceKeyVerificationKey: EventDefinition<"to-device", "m.key.verification.key", KeyVerificationKeyContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.key", KeyVerificationKeyContent);
