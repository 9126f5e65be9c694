import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.cancel`: the verification ends without success.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationcancel}
 */
export interface KeyVerificationCancelContent extends VerificationContent {
  /** For people; never shown as if this client said it. */
  reason: string;
  code: OpenEnum<
    | "m.user"
    | "m.timeout"
    | "m.unknown_transaction"
    | "m.unknown_method"
    | "m.unexpected_message"
    | "m.key_mismatch"
    | "m.user_mismatch"
    | "m.invalid_message"
    | "m.accepted"
    | "m.mismatched_commitment"
    | "m.mismatched_sas"
  >;
}
/** Checks the content of `m.key.verification.cancel`. */
export const KeyVerificationCancelContent: Model<KeyVerificationCancelContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationCancelContent>({
    ...verificationContentShape(),
    reason: z.string(),
    code: openEnum([
      "m.user",
      "m.timeout",
      "m.unknown_transaction",
      "m.unknown_method",
      "m.unexpected_message",
      "m.key_mismatch",
      "m.user_mismatch",
      "m.invalid_message",
      "m.accepted",
      "m.mismatched_commitment",
      "m.mismatched_sas",
    ]),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.cancel": KeyVerificationCancelContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.cancel": KeyVerificationCancelContent;
  }
}

/** Defines `m.key.verification.cancel` in rooms. */
export const keyVerificationCancel: EventDefinition<"message", "m.key.verification.cancel", KeyVerificationCancelContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.cancel", KeyVerificationCancelContent);

/** Defines `m.key.verification.cancel` between devices. */
export const toDeviceKeyVerificationCancel: EventDefinition<"to-device", "m.key.verification.cancel", KeyVerificationCancelContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.cancel", KeyVerificationCancelContent);
