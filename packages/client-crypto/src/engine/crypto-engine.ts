import type { JsonObject } from "@patrix/api";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { AccountEngine } from "./account-engine.ts";
import type { DehydrationEngine } from "./dehydration-engine.ts";
import type { HistoryEngine } from "./history-engine.ts";
import type { VerificationEngine } from "./verification-engine.ts";
import type { OutgoingRequest } from "./outgoing-request.ts";

/** What of a sync concerns the engine. */
export interface SyncKeys {
  readonly toDevice: readonly JsonObject[];
  readonly changed: readonly UserId[];
  readonly left: readonly UserId[];
  readonly oneTimeKeyCounts: Readonly<Record<string, number>>;
  /** Missing if the server does not know of fallback keys. */
  readonly unusedFallbackKeys: readonly string[] | undefined;
}

/** A message to this device, decrypted where it was encrypted. */
export interface ReceivedToDevice {
  readonly event: JsonObject;
  /** `failed` for one that could not be decrypted. */
  readonly encryption: "none" | "ok" | "failed";
}

/** How much is known of who sent something. */
export interface Authenticity {
  readonly state: "ok" | "warning";
  /** What is not as it should be. */
  readonly reason?: string | undefined;
}

/** What decrypting an event gives. */
export type Decryption =
  | { readonly outcome: "decrypted"; readonly type: string; readonly content: JsonObject; readonly authenticity: Authenticity }
  | {
      readonly outcome: "undecryptable";
      readonly reason: string;
      /** Whether only a key is missing, which may come. */
      readonly isKeyMissing: boolean;
      /** Why the sender keeps the key back: a code as `m.unverified`. */
      readonly withheld?: string | undefined;
    };

/** How a room is encrypted. */
export interface RoomEncryptionSettings {
  /** Only `m.megolm.v1.aes-sha2` is supported. */
  readonly algorithm: string;
  /** How long a key is used, in milliseconds. Default: a week. */
  readonly rotationPeriodMs?: number | undefined;
  /** For how many messages a key is used. Default: 100. */
  readonly rotationPeriodMessages?: number | undefined;
}

/** Who gets the key of a room, and on which terms. */
export interface KeyRecipients {
  readonly userIds: readonly UserId[];
  readonly settings: RoomEncryptionSettings;
  readonly historyVisibility: "invited" | "joined" | "shared" | "world_readable";
}

/** A key of a room. */
export interface RoomKeyId {
  readonly roomId: RoomId;
  readonly sessionId: string;
}

/** Public keys of a device, in unpadded base64. */
export interface DeviceIdentityKeys {
  readonly curve25519: string;
  readonly ed25519: string;
}

/** What an engine tells of by itself. */
export interface EngineEvents {
  /** Keys came, from a device, a backup or a file. */
  readonly onRoomKeys: (keys: readonly RoomKeyId[]) => void;
  /** Senders said that they keep keys back. */
  readonly onWithheld: (keys: readonly RoomKeyId[]) => void;
  /** What is known of the user's own identity or devices has changed. */
  readonly onIdentity: () => void;
  /** A verified device of the user gave a secret that this one has asked for. */
  readonly onSecret: (name: string, value: string) => void;
}

/**
 * Olm and Megolm of one device: keeps its keys and those of rooms, and makes no requests itself. Plain data in and out, so
 * that a native module can take the place of WebAssembly. Each method rejects with `CryptoError`.
 */
export interface CryptoEngine {
  readonly identityKeys: DeviceIdentityKeys;
  /** Another number whenever something came after which users may have other devices, or devices need other keys; read it before they are asked for. */
  readonly deviceChanges: number;
  /** Takes in what a sync brought; durable once it resolves. */
  receiveSync(keys: SyncKeys): Promise<readonly ReceivedToDevice[]>;
  /** What is to be sent. */
  outgoingRequests(): Promise<readonly OutgoingRequest[]>;
  /** Takes in the answer of a request. */
  markAsSent(request: OutgoingRequest, response: unknown): Promise<void>;
  /** Follows the devices of users from now on. */
  trackUsers(userIds: readonly UserId[]): Promise<void>;
  /** Asks anew, with the next requests, which devices those have whose devices are followed: for when it is not known what has changed. */
  refreshDevices(): Promise<void>;
  /** The request for what the server knows of the keys of users, whether or not something may have changed. */
  queryUsers(userIds: readonly UserId[]): Promise<OutgoingRequest>;
  /** The request for one-time keys of devices that a key cannot be sent to yet. One at a time may be under way. */
  missingSessions(userIds: readonly UserId[]): Promise<OutgoingRequest | undefined>;
  /** The messages that give the key of a room to those who shall have it and do not; makes a new key where the old one is used up. */
  shareRoomKey(roomId: RoomId, recipients: KeyRecipients): Promise<readonly OutgoingRequest[]>;
  /** Encrypts a content. Only right after {@link CryptoEngine.shareRoomKey}, with nothing between for the same room. */
  encrypt(roomId: RoomId, type: string, content: JsonObject): Promise<JsonObject>;
  decrypt(roomId: RoomId, event: JsonObject): Promise<Decryption>;
  /** How a room is encrypted, as far as it was ever told. */
  roomSettings(roomId: RoomId): Promise<RoomEncryptionSettings | undefined>;
  /** Remembers that a room is encrypted, for good. Rejects where it would be encrypted worse than before. */
  rememberRoom(roomId: RoomId, settings: RoomEncryptionSettings): Promise<void>;
  /** The identity of the user, and the backup of room keys. */
  readonly account: AccountEngine;
  /** Devices of the user that nobody uses. */
  readonly dehydration: DehydrationEngine;
  /** Keys of history that is shared with those who are invited. */
  readonly history: HistoryEngine;
  /** Verification of devices and users. */
  readonly verification: VerificationEngine;
  /** Waits for what is under way, and lets go of the store. */
  close(): Promise<void>;
}
