import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.ready`: the request is accepted.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationready}
 */
export interface KeyVerificationReadyContent extends VerificationContent {
  from_device: DeviceId;
  methods: OpenEnum<"m.sas.v1" | "m.qr_code.show.v1" | "m.qr_code.scan.v1" | "m.reciprocate.v1">[];
}
/** Checks the content of `m.key.verification.ready`. */
export const KeyVerificationReadyContent: Model<KeyVerificationReadyContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationReadyContent>({
    ...verificationContentShape(),
    from_device: DeviceId,
    methods: z.array(openEnum(["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1"])),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.ready": KeyVerificationReadyContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.ready": KeyVerificationReadyContent;
  }
}

/** Defines `m.key.verification.ready` in rooms. */
export const keyVerificationReady: EventDefinition<"message", "m.key.verification.ready", KeyVerificationReadyContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.ready", KeyVerificationReadyContent);

/** Defines `m.key.verification.ready` between devices. */
export const toDeviceKeyVerificationReady: EventDefinition<"to-device", "m.key.verification.ready", KeyVerificationReadyContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.ready", KeyVerificationReadyContent);
