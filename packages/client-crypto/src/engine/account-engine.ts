import type { JsonObject } from "@patrix/api";
import type { RoomId } from "@patrix/identifiers";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** Private cross-signing keys, in unpadded base64. */
export interface CrossSigningSecrets {
  readonly master: string;
  readonly selfSigning: string;
  readonly userSigning: string;
}

/** How the device stands to the identity of its user. */
export interface CrossSigningStatus {
  /** Whether the user has an identity, as far as the server was asked. */
  readonly hasIdentity: boolean;
  /** Whether the device has all three private keys. */
  readonly hasPrivateKeys: boolean;
  /** Whether the device is signed by the identity, and the identity is trusted. */
  readonly isVerified: boolean;
}

/** A new identity, to be published in this order. */
export interface NewCrossSigning {
  /** Public keys, for which the server may ask who the user is. */
  readonly signingKeys: JsonObject;
  readonly signatures: OutgoingRequest;
}

/** Keys of a backup, in unpadded base64. */
export interface BackupKeyPair {
  readonly privateKey: string;
  readonly publicKey: string;
}

/** A room key as a backup has it: encrypted for the key of the backup. */
export interface EncryptedBackupKey {
  readonly ephemeral: string;
  readonly ciphertext: string;
  readonly mac: string;
}

/** What an engine does for the account of its device: the identity, and the backup of room keys. */
export interface AccountEngine {
  status(): Promise<CrossSigningStatus>;
  /** Makes a new identity in place of any other. */
  makeCrossSigning(): Promise<NewCrossSigning>;
  exportCrossSigning(): Promise<CrossSigningSecrets | undefined>;
  /** Takes over private keys. Rejects if they are not those of the identity. */
  importCrossSigning(secrets: CrossSigningSecrets): Promise<void>;
  /** Lets the engine ask the user's verified devices for what this one lacks; tells whether it does. */
  requestSecrets(): Promise<boolean>;
  /** Signs the device by the identity. */
  signOwnDevice(): Promise<OutgoingRequest>;
  makeBackupKey(): Promise<BackupKeyPair>;
  /** The public key of a private one. */
  backupPublicKey(privateKey: string): Promise<string>;
  /** The key of the backup that is used, and its version. */
  backupKey(): Promise<{ readonly privateKey: string; readonly version: string } | undefined>;
  /** Uses a backup from now on. */
  useBackup(key: BackupKeyPair, version: string): Promise<void>;
  stopBackup(): Promise<void>;
  /** Signatures of an object by the device and the identity. */
  sign(object: JsonObject): Promise<JsonObject>;
  /** The request that puts keys which are not in the backup into it; `undefined` if there are none. */
  nextBackup(): Promise<OutgoingRequest | undefined>;
  /** All room keys, as a JSON list of those that the specification has for exports. */
  exportRoomKeys(): Promise<string>;
  /** Takes in room keys from such a list; tells how many were new, or better than those that are known. Rejects if any is malformed. */
  importRoomKeys(json: string): Promise<number>;
  /** Takes in a key from the backup. */
  importBackedUp(key: { readonly roomId: RoomId; readonly sessionId: string; readonly encrypted: EncryptedBackupKey }): Promise<void>;
}
