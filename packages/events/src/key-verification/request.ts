import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.key.verification.request`: a device wants to verify another. In rooms it is a message; see {@link
 * KeyVerificationRequestMessage}.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationrequest}
 */
export interface KeyVerificationRequestContent {
  from_device: DeviceId;
  /** Required between devices. */
  transaction_id?: string | undefined;
  methods: OpenEnum<"m.sas.v1" | "m.qr_code.show.v1" | "m.qr_code.scan.v1" | "m.reciprocate.v1">[];
  /** Milliseconds since the Unix epoch. Requests from more than 10 minutes ago or 5 minutes ahead are ignored. */
  timestamp?: number | undefined;
}
/** Checks the content of `m.key.verification.request`. */
export const KeyVerificationRequestContent: Model<KeyVerificationRequestContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationRequestContent>({
    from_device: DeviceId,
    transaction_id: z.optional(z.string()),
    methods: z.array(openEnum(["m.sas.v1", "m.qr_code.show.v1", "m.qr_code.scan.v1", "m.reciprocate.v1"])),
    timestamp: z.optional(z.int()),
  }),
);

declare module "../registry/define.ts" {
  interface ToDeviceEventMap {
    "m.key.verification.request": KeyVerificationRequestContent;
  }
}

/** Defines `m.key.verification.request` between devices. */
export const toDeviceKeyVerificationRequest: EventDefinition<"to-device", "m.key.verification.request", KeyVerificationRequestContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.request", KeyVerificationRequestContent);
