/**
 * The part `key-verification` of the typed Matrix events.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export {
  CustomVerificationStart,
  KeyVerificationAcceptContent,
  KeyVerificationCancelContent,
  KeyVerificationDoneContent,
  KeyVerificationKeyContent,
  KeyVerificationMacContent,
  KeyVerificationReadyContent,
  KeyVerificationRequestContent,
  KeyVerificationStartContent,
  ReciprocateVerificationStart,
  SasVerificationStart,
  type VerificationContent,
  VerificationRelation,
  type VerificationStartBase,
  keyVerificationAccept,
  keyVerificationCancel,
  keyVerificationDone,
  keyVerificationKey,
  keyVerificationMac,
  keyVerificationReady,
  keyVerificationStart,
  toDeviceKeyVerificationAccept,
  toDeviceKeyVerificationCancel,
  toDeviceKeyVerificationDone,
  toDeviceKeyVerificationKey,
  toDeviceKeyVerificationMac,
  toDeviceKeyVerificationReady,
  toDeviceKeyVerificationRequest,
  toDeviceKeyVerificationStart,
  verificationContentShape,
} from "../index.ts";
