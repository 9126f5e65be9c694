import { BackupDecryptionKey, RoomId as EngineRoomId, UserId as EngineUserId } from "@matrix-org/matrix-sdk-crypto-wasm";
import { isJsonObject, type JsonObject } from "@patrix/api";
import { encodeCanonicalJson } from "@patrix/canonical-json";
import type { UserId } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import type { AccountEngine, BackupKeyPair } from "./account-engine.ts";
import { requireObject, toOutgoing } from "./outgoing-of-wasm.ts";
import type { UseMachine } from "./use-machine.ts";

/** Makes what the engine over WebAssembly does for an account. */
export function createWasmAccount(use: UseMachine, user: UserId): AccountEngine {
  return { ...createIdentity(use, user), ...createBackup(use) };
}

type BackupMembers =
  | "makeBackupKey"
  | "backupPublicKey"
  | "backupKey"
  | "useBackup"
  | "stopBackup"
  | "sign"
  | "nextBackup"
  | "exportRoomKeys"
  | "importRoomKeys"
  | "importBackedUp";

function createIdentity(use: UseMachine, user: UserId): Omit<AccountEngine, BackupMembers> {
  const own = (): EngineUserId => new EngineUserId(user);
  return {
    status: () =>
      use(async (machine) => {
        const { hasMaster, hasSelfSigning, hasUserSigning } = await machine.crossSigningStatus();
        const identity = await machine.getIdentity(own());
        const device = await machine.getDevice(own(), machine.deviceId);
        return {
          hasIdentity: identity !== undefined,
          hasPrivateKeys: hasMaster && hasSelfSigning && hasUserSigning,
          isVerified: identity?.isVerified() === true && device?.isCrossSignedByOwner() === true,
        };
      }),
    makeCrossSigning: () =>
      use(async (machine) => {
        const { uploadSigningKeysRequest, uploadSignaturesRequest } = await machine.bootstrapCrossSigning(true);
        return { signingKeys: requireObject(uploadSigningKeysRequest.body), signatures: toOutgoing(uploadSignaturesRequest) };
      }),
    exportCrossSigning: () =>
      use(async (machine) => {
        const {
          masterKey: master,
          self_signing_key: selfSigning,
          userSigningKey: userSigning,
        } = (await machine.exportCrossSigningKeys()) ?? {};
        return master === undefined || selfSigning === undefined || userSigning === undefined
          ? undefined
          : { master, selfSigning, userSigning };
      }),
    importCrossSigning: ({ master, selfSigning, userSigning }) =>
      use(async (machine) => void (await machine.importCrossSigningKeys(master, selfSigning, userSigning))),
    requestSecrets: () => use((machine) => machine.requestMissingSecretsIfNeeded()),
    signOwnDevice: () =>
      use(async (machine) => {
        const device = await machine.getDevice(own(), machine.deviceId);
        if (!device) throw new CryptoError("ENGINE_FAILED", "the server does not know the device yet");
        return toOutgoing(await device.verify());
      }),
  };
}

function createBackup(use: UseMachine): Pick<AccountEngine, BackupMembers> {
  return {
    makeBackupKey: () => use(async () => pairOf(BackupDecryptionKey.createRandomKey())),
    backupPublicKey: (privateKey) => use(async () => pairOf(BackupDecryptionKey.fromBase64(privateKey)).publicKey),
    backupKey: () =>
      use(async (machine) => {
        const { decryptionKeyBase64: privateKey, backupVersion: version } = await machine.getBackupKeys();
        return privateKey === undefined || version === undefined ? undefined : { privateKey, version };
      }),
    useBackup: ({ privateKey, publicKey }, version) =>
      use(async (machine) => {
        await machine.saveBackupDecryptionKey(BackupDecryptionKey.fromBase64(privateKey), version);
        await machine.enableBackupV1(publicKey, version);
      }),
    stopBackup: () => use((machine) => machine.disableBackup()),
    sign: (object) =>
      use(async (machine) => {
        const { signatures: _, unsigned: __, ...signed } = object;
        return requireObject((await machine.sign(encodeCanonicalJson(signed))).asJSON());
      }),
    nextBackup: () =>
      use(async (machine) => {
        const request = await machine.backupRoomKeys();
        return request ? toOutgoing(request) : undefined;
      }),
    exportRoomKeys: () => use((machine) => machine.exportRoomKeys(() => true)),
    importRoomKeys: (json) => use(async (machine) => (await machine.importExportedRoomKeys(json, () => {})).importedCount),
    importBackedUp: ({ roomId, sessionId, encrypted: { ephemeral, ciphertext, mac } }) =>
      use(async (machine) => {
        const { decryptionKey, backupVersion = "" } = await machine.getBackupKeys();
        if (!decryptionKey) throw new CryptoError("ENGINE_FAILED", "there is no key of a backup");
        const key: unknown = JSON.parse(decryptionKey.decryptV1(ephemeral, mac, ciphertext));
        if (!isJsonObject(key)) throw new CryptoError("ENGINE_FAILED", "a key in the backup is none");
        const complete: JsonObject = { ...key, room_id: roomId, session_id: sessionId };
        await machine.importBackedUpRoomKeys(
          new Map([[new EngineRoomId(roomId), new Map([[sessionId, complete]])]]),
          () => {},
          backupVersion,
        );
      }),
  };
}

function pairOf(key: BackupDecryptionKey): BackupKeyPair {
  return { privateKey: key.toBase64(), publicKey: key.megolmV1PublicKey.publicKeyBase64 };
}
