/**
 * End-to-end encryption of a Matrix client: the engine port, its driver, and the engine over WebAssembly.
 *
 * @packageDocumentation
 */
export type { AccountEncryption, Authenticate, SetUpOptions } from "./account/account-encryption.ts";
export type { KeyFiles, KeyImport, KeyImportOptions } from "./account/key-files.ts";
export { decryptKeyFile, encryptKeyFile, type KeyFileOptions } from "./secrets/key-file.ts";
export type { DehydratedDevices, DehydrationMemory } from "./account/dehydrated-devices.ts";
export type { DehydrationEngine, EngineRehydration } from "./engine/dehydration-engine.ts";
export { type CryptoFiles, maxBundleBytes, type SharedHistory } from "./account/shared-history.ts";
export type { AwaitedBundle, EncryptedBundle, HistoryEngine } from "./engine/history-engine.ts";
export type { KeyBackup } from "./account/key-backup.ts";
export type {
  AccountEngine,
  BackupKeyPair,
  CrossSigningSecrets,
  CrossSigningStatus,
  EncryptedBackupKey,
  NewCrossSigning,
} from "./engine/account-engine.ts";
export type { DeviceVerification, DeviceVerifications } from "./account/verification.ts";
export type {
  AskedVerification,
  EngineVerification,
  KnownDevice,
  KnownIdentity,
  RoomVerification,
  VerificationEmoji,
  VerificationEngine,
  VerificationMethod,
  VerificationState,
} from "./engine/verification-engine.ts";
export type { AccountDataAccess } from "./secrets/secret-storage.ts";
export {
  type DecryptOptions,
  type DeviceEncryption,
  type DeviceEncryptionParts,
  openDeviceEncryption,
} from "./driver/device-encryption.ts";
export type { CryptoRequests } from "./driver/send-outgoing.ts";
export type {
  Authenticity,
  CryptoEngine,
  Decryption,
  DeviceIdentityKeys,
  EngineEvents,
  KeyRecipients,
  ReceivedToDevice,
  RoomEncryptionSettings,
  RoomKeyId,
  SyncKeys,
} from "./engine/crypto-engine.ts";
export type { OutgoingKind, OutgoingRequest } from "./engine/outgoing-request.ts";
export { openWasmEngine, type WasmEngineOptions } from "./engine/wasm-engine.ts";
export { CryptoError, type CryptoErrorCode } from "./errors.ts";
