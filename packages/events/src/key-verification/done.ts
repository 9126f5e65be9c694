import { type Model, model, obj } from "@patrix/api";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.done`: the sender has finished.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationdone}
 */
export interface KeyVerificationDoneContent extends VerificationContent {}
/** Checks the content of `m.key.verification.done`. */
export const KeyVerificationDoneContent: Model<KeyVerificationDoneContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationDoneContent>({ ...verificationContentShape() }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.done": KeyVerificationDoneContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.done": KeyVerificationDoneContent;
  }
}

/** Defines `m.key.verification.done` in rooms. */
export const keyVerificationDone: EventDefinition<"message", "m.key.verification.done", KeyVerificationDoneContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.done", KeyVerificationDoneContent);

/** Defines `m.key.verification.done` between devices. */
export const toDeviceKeyVerificationDone: EventDefinition<"to-device", "m.key.verification.done", KeyVerificationDoneContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.done", KeyVerificationDoneContent);
