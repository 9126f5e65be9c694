import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { DeviceId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type CustomType, customType, defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { taggedUnion } from "../registry/tagged-union.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/** What {@link KeyVerificationStartContent} has in every method. */
export interface VerificationStartBase extends VerificationContent {
  from_device: DeviceId;
  /** The method that follows this one, where one does not verify both sides. */
  next_method?: string | undefined;
}

/**
 * Begins a verification in which users compare a short string. The method asks for the four lists; as events without them
 * occur, whoever reads one answers with `m.key.verification.cancel` instead of refusing the event.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationstartmsasv1}
 */
export interface SasVerificationStart extends VerificationStartBase {
  method: "m.sas.v1";
  key_agreement_protocols?: OpenEnum<"curve25519" | "curve25519-hkdf-sha256">[] | undefined;
  hashes?: OpenEnum<"sha256">[] | undefined;
  message_authentication_codes?: OpenEnum<"hkdf-hmac-sha256" | "hkdf-hmac-sha256.v2">[] | undefined;
  short_authentication_string?: OpenEnum<"decimal" | "emoji">[] | undefined;
}
/** Checks {@link SasVerificationStart}. */
export const SasVerificationStart: Model<SasVerificationStart> = /* @__PURE__ */ model(() =>
  obj<SasVerificationStart>({
    ...verificationContentShape(),
    from_device: DeviceId,
    next_method: z.optional(z.string()),
    method: z.literal("m.sas.v1"),
    key_agreement_protocols: z.optional(z.array(openEnum(["curve25519", "curve25519-hkdf-sha256"]))),
    hashes: z.optional(z.array(openEnum(["sha256"]))),
    message_authentication_codes: z.optional(z.array(openEnum(["hkdf-hmac-sha256", "hkdf-hmac-sha256.v2"]))),
    short_authentication_string: z.optional(z.array(openEnum(["decimal", "emoji"]))),
  }),
);

/**
 * Begins the second half of a verification by QR code.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationstartmreciprocatev1}
 */
export interface ReciprocateVerificationStart extends VerificationStartBase {
  method: "m.reciprocate.v1";
  /** The secret of the QR code in unpadded base64. */
  secret: string;
}
/** Checks {@link ReciprocateVerificationStart}. */
export const ReciprocateVerificationStart: Model<ReciprocateVerificationStart> = /* @__PURE__ */ model(() =>
  obj<ReciprocateVerificationStart>({
    ...verificationContentShape(),
    from_device: DeviceId,
    next_method: z.optional(z.string()),
    method: z.literal("m.reciprocate.v1"),
    secret: z.string(),
  }),
);

/** Begins a verification by a method that is not declared here. */
export interface CustomVerificationStart extends VerificationStartBase {
  method: CustomType;
}
/** Checks {@link CustomVerificationStart}. */
export const CustomVerificationStart: Model<CustomVerificationStart> = /* @__PURE__ */ model(() =>
  obj<CustomVerificationStart>({
    ...verificationContentShape(),
    from_device: DeviceId,
    next_method: z.optional(z.string()),
    method: customType(),
  }),
);

/**
 * Content of `m.key.verification.start`: a method is proposed.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationstart}
 */
export type KeyVerificationStartContent = SasVerificationStart | ReciprocateVerificationStart | CustomVerificationStart;
/** Checks the content of `m.key.verification.start`. */
export const KeyVerificationStartContent: Model<KeyVerificationStartContent> = /* @__PURE__ */ model(() =>
  taggedUnion<KeyVerificationStartContent>(
    "method",
    { "m.sas.v1": SasVerificationStart.schema, "m.reciprocate.v1": ReciprocateVerificationStart.schema },
    CustomVerificationStart.schema,
  ),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.start": KeyVerificationStartContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.start": KeyVerificationStartContent;
  }
}

/** Defines `m.key.verification.start` in rooms. */
export const keyVerificationStart: EventDefinition<"message", "m.key.verification.start", KeyVerificationStartContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.start", KeyVerificationStartContent);

/** Defines `m.key.verification.start` between devices. */
export const toDeviceKeyVerificationStart: EventDefinition<"to-device", "m.key.verification.start", KeyVerificationStartContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.start", KeyVerificationStartContent);
