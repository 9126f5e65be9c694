import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition, messageEvent } from "../registry/define.ts";
import { type VerificationContent, verificationContentShape } from "./relation.ts";

/**
 * Content of `m.key.verification.accept`: the choices among what was offered.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mkeyverificationaccept}
 */
export interface KeyVerificationAcceptContent extends VerificationContent {
  method: OpenEnum<"m.sas.v1">;
  /** Such as `curve25519-hkdf-sha256`. */
  key_agreement_protocol: string;
  /** Such as `sha256`. */
  hash: string;
  /** Such as `hkdf-hmac-sha256.v2`. */
  message_authentication_code: string;
  short_authentication_string: OpenEnum<"decimal" | "emoji">[];
  /** Hash, in unpadded base64, of the sender's ephemeral key and the start message. */
  commitment: string;
}
/** Checks the content of `m.key.verification.accept`. */
export const KeyVerificationAcceptContent: Model<KeyVerificationAcceptContent> = /* @__PURE__ */ model(() =>
  obj<KeyVerificationAcceptContent>({
    ...verificationContentShape(),
    method: openEnum(["m.sas.v1"]),
    key_agreement_protocol: z.string(),
    hash: z.string(),
    message_authentication_code: z.string(),
    short_authentication_string: z.array(openEnum(["decimal", "emoji"])),
    commitment: z.string(),
  }),
);

declare module "../registry/define.ts" {
  interface MessageLikeEventMap {
    "m.key.verification.accept": KeyVerificationAcceptContent;
  }
  interface ToDeviceEventMap {
    "m.key.verification.accept": KeyVerificationAcceptContent;
  }
}

/** Defines `m.key.verification.accept` in rooms. */
export const keyVerificationAccept: EventDefinition<"message", "m.key.verification.accept", KeyVerificationAcceptContent> =
  /* @__PURE__ */ messageEvent("m.key.verification.accept", KeyVerificationAcceptContent);

/** Defines `m.key.verification.accept` between devices. */
export const toDeviceKeyVerificationAccept: EventDefinition<"to-device", "m.key.verification.accept", KeyVerificationAcceptContent> =
  /* @__PURE__ */ defineEvent("to-device", "m.key.verification.accept", KeyVerificationAcceptContent);
