import { isJsonObject, type JsonObject } from "@patrix/api";
import type { TimerClock } from "@patrix/concurrency";
import type { RoomId, UserId } from "@patrix/identifiers";
import type {
  CryptoEngine,
  Decryption,
  DeviceIdentityKeys,
  EngineEvents,
  KeyRecipients,
  ReceivedToDevice,
  RoomEncryptionSettings,
  RoomKeyId,
  SyncKeys,
} from "../engine/crypto-engine.ts";
import { AccountEncryption } from "../account/account-encryption.ts";
import type { DeviceVerifications } from "../account/verification.ts";
import { DehydratedDevices, type DehydrationMemory } from "../account/dehydrated-devices.ts";
import { KeyFiles } from "../account/key-files.ts";
import { type CryptoFiles, SharedHistory } from "../account/shared-history.ts";
import { KeyBackup } from "../account/key-backup.ts";
import type { AccountDataAccess } from "../secrets/secret-storage.ts";
import { KeyClaims } from "./key-claims.ts";
import { RoomEncryptor } from "./room-encryptor.ts";
import type { CryptoRequests } from "./send-outgoing.ts";
import { SyncIntake } from "./sync-intake.ts";

/** What the encryption of a device works with. */
export interface DeviceEncryptionParts {
  readonly userId: UserId;
  readonly deviceId: string;
  readonly requests: CryptoRequests;
  /** The account data of the user. */
  readonly data: AccountDataAccess;
  /** Whether the user has a dehydrated device, and when this device made it. Without it there is none. */
  readonly dehydration?: DehydrationMemory | undefined;
  /** Files on the server. Without it no keys of history are given or taken. */
  readonly files?: CryptoFiles | undefined;
  readonly clock: TimerClock;
  readonly logger: { debug(message: string, cause?: unknown): void; warn(message: string, cause?: unknown): void };
  /** How long the engine may take to encrypt an event, in milliseconds. Default: 30,000. */
  readonly encryptTimeoutMs?: number | undefined;
  /** Opens the engine. */
  readonly openEngine: (events: EngineEvents) => Promise<CryptoEngine>;
}

/** End-to-end encryption of one device. */
export interface DeviceEncryption extends AsyncDisposable {
  /** Public keys of the device. */
  readonly identityKeys: DeviceIdentityKeys;
  /**
   * Takes in what a sync brought, before anything else of it is looked at and before its position is stored; what the engine then
   * wants sent goes out meanwhile.
   *
   * @throws {CryptoError} `DEVICE_KEYS_LOST`, `CLOSED`, `ENGINE_FAILED`.
   */
  receiveSync(keys: SyncKeys): Promise<readonly ReceivedToDevice[]>;
  /**
   * Takes in decrypted events of a room, in their order, for verifications that go on there; all others are left alone.
   *
   * @throws {CryptoError} `CLOSED`, `ENGINE_FAILED`.
   */
  receiveRoomEvents(roomId: RoomId, events: readonly JsonObject[]): Promise<void>;
  /** Encrypts an event for a room. @throws {CryptoError} And what requests throw; then nothing was encrypted. */
  encrypt(roomId: RoomId, event: { readonly type: string; readonly content: JsonObject }, recipients: KeyRecipients): Promise<JsonObject>;
  /** Decrypts an event of a room. @throws {CryptoError} `CLOSED`, `ENGINE_FAILED`. */
  decrypt(roomId: RoomId, event: JsonObject, options?: DecryptOptions): Promise<Decryption>;
  /** Calls back when keys have come that may decrypt what could not be, or when it is said that they will not come. */
  onKeys(callback: (keys: readonly RoomKeyId[]) => void): void;
  /** How a room is encrypted; remembered for good, whatever its state says later. */
  roomSettings(roomId: RoomId): Promise<RoomEncryptionSettings | undefined>;
  /** Remembers that a room is encrypted. */
  rememberRoom(roomId: RoomId, settings: RoomEncryptionSettings): Promise<void>;
  /** The identity of the user. */
  readonly account: AccountEncryption;
  /** The backup of room keys. */
  readonly backup: KeyBackup;
  /** The dehydrated device of the user, if the option wants one. */
  readonly dehydrated: DehydratedDevices | undefined;
  /** Keys of what was written in rooms before somebody joined. */
  readonly history: SharedHistory;
  /** Room keys in files. */
  readonly keyFiles: KeyFiles;
  /** Verification of devices and users. */
  readonly verifications: DeviceVerifications;
  /** Calls back when what is known of the user's identity and devices has changed, or which backup is used. */
  onIdentity(callback: () => void): void;
  /** Asks anew which devices people have, before the next event is encrypted: for when it is not known what has changed. */
  refreshDevices(): Promise<void>;
  /** Sends what waits to be sent. @throws {CryptoError} `DEVICE_KEYS_LOST`, and what requests throw. */
  flush(): Promise<void>;
}

/** Options of {@link DeviceEncryption.decrypt}. */
export interface DecryptOptions {
  /** Whether to wait for the backup where a key is missing; without it the key is told of when it has come. */
  readonly waitsForBackup?: boolean | undefined;
}

/** Opens the encryption of a device. @throws {CryptoError} `CANNOT_OPEN`. */
export async function openDeviceEncryption(parts: DeviceEncryptionParts): Promise<DeviceEncryption> {
  const watchers = new Watchers();
  const engine = await parts.openEngine({
    onRoomKeys: (keys) => watchers.tellKeys(keys),
    onWithheld: (keys) => watchers.tellKeys(keys),
    onIdentity: () => watchers.tellIdentity(),
    onSecret: (name, value) => onSecret(name, value),
  });
  const backup = new KeyBackup({ ...parts, engine, onChange: () => watchers.tellIdentity() });
  const onSecret = (name: string, value: string): void => {
    if (name !== "m.megolm_backup.v1") return;
    backup.recover(value).catch((error: unknown) => parts.logger.warn("encryption: the key of the backup that came is not used", error));
  };
  const claims = new KeyClaims({ ...parts, engine });
  const history = new SharedHistory({ ...parts, engine, claims, backup });
  const dehydrated = parts.dehydration && new DehydratedDevices({ ...parts, engine, memory: parts.dehydration });
  const sync = new SyncIntake({ ...parts, engine, claims, history, onSecrets: () => watchers.tellIdentity() });
  const encryptor = new RoomEncryptor({ ...parts, engine, pump: sync, claims });
  watchers.keys.add(() => backup.upload());
  return {
    account: new AccountEncryption({ ...parts, engine, backup, dehydrated, flush: () => sync.flush() }),
    backup,
    dehydrated,
    history,
    keyFiles: new KeyFiles({ engine, onImported: () => backup.upload() }),
    verifications: sync.verifications,
    identityKeys: engine.identityKeys,
    onIdentity: (callback) => void watchers.identity.add(callback),
    onKeys: (callback) => void watchers.keys.add(callback),
    receiveSync: (keys) => sync.receive(keys),
    receiveRoomEvents: (roomId, events) => sync.receiveRoomEvents(roomId, events),
    async encrypt(roomId, event, recipients) {
      sync.requireKeys();
      const encrypted = await encryptor.encrypt(roomId, event, recipients);
      backup.upload();
      return encrypted;
    },
    decrypt: (roomId, event, options) => decryptWithBackup({ engine, backup }, { roomId, event }, options),
    roomSettings: (roomId) => engine.roomSettings(roomId),
    rememberRoom: (roomId, settings) => engine.rememberRoom(roomId, settings),
    refreshDevices: () => engine.refreshDevices(),
    flush: () => sync.flush(),
    async [Symbol.asyncDispose]() {
      watchers.clear();
      dehydrated?.close();
      await engine.close();
    },
  };
}

/** Those who are told what the engine tells of by itself. */
class Watchers {
  readonly keys = new Set<(keys: readonly RoomKeyId[]) => void>();
  readonly identity = new Set<() => void>();

  tellKeys(keys: readonly RoomKeyId[]): void {
    for (const callback of this.keys) callback(keys);
  }

  tellIdentity(): void {
    for (const callback of this.identity) callback();
  }

  clear(): void {
    this.keys.clear();
    this.identity.clear();
  }
}

/** Decrypts an event; a key that is missing is looked for in the backup. */
async function decryptWithBackup(
  { engine, backup }: { readonly engine: CryptoEngine; readonly backup: KeyBackup },
  { roomId, event }: { readonly roomId: RoomId; readonly event: JsonObject },
  { waitsForBackup = false }: DecryptOptions = {},
): Promise<Decryption> {
  const decrypted = await engine.decrypt(roomId, event);
  const sessionId = isJsonObject(event["content"]) ? event["content"]["session_id"] : undefined;
  if (decrypted.outcome === "decrypted" || !decrypted.isKeyMissing || typeof sessionId !== "string") return decrypted;
  const fetching = backup.fetch(roomId, sessionId);
  if (!waitsForBackup) return decrypted;
  await fetching;
  return engine.decrypt(roomId, event);
}
