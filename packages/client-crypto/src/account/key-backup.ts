import { isJsonObject, MatrixError } from "@patrix/api";
import { getRoomKeyBySessionId, getRoomKeysByRoomId, getRoomKeysVersionCurrent, postRoomKeysVersion } from "@patrix/client-api";
import { LruCache, Semaphore } from "@patrix/concurrency";
import type { RoomId } from "@patrix/identifiers";
import type { AccountEngine, BackupKeyPair, EncryptedBackupKey } from "../engine/account-engine.ts";
import { CryptoError } from "../errors.ts";
import { type CryptoRequests, exchange } from "../driver/send-outgoing.ts";
import type { OutgoingRequest } from "../engine/outgoing-request.ts";

const algorithm = "m.megolm_backup.v1.curve25519-aes-sha2";
/** Keys that are asked for at once. */
const concurrentDownloads = 4;
/** Keys that were asked for and are not asked for again; those that were longest ago may be. */
const maxAsked = 5000;

/** What a {@link KeyBackup} works with. */
export interface BackupParts {
  readonly engine: { readonly account: AccountEngine; markAsSent(request: OutgoingRequest, response: unknown): Promise<void> };
  readonly requests: CryptoRequests;
  /** Told when a backup is used from now on, or no longer. */
  readonly onChange: () => void;
  readonly logger: { debug(message: string, cause?: unknown): void; warn(message: string, cause?: unknown): void };
}

/**
 * The backup of room keys on the server: new keys go up, and a key that is missing comes down when it is needed.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#server-side-key-backups}
 */
export class KeyBackup {
  readonly #parts: BackupParts;
  readonly #places = new Semaphore(concurrentDownloads);
  readonly #asked = new LruCache<string, true>(maxAsked);
  #version: string | undefined;
  #isUploading = false;
  #isMore = false;

  constructor(parts: BackupParts) {
    this.#parts = parts;
  }

  /** The version that is used, if any is. */
  get version(): string | undefined {
    return this.#version;
  }

  /** Goes on with the backup whose key the device has, if it is still the one of the server; tells whether it does. */
  async resume(): Promise<boolean> {
    const { account } = this.#parts.engine;
    const known = await account.backupKey();
    if (!known) return false;
    const pair = { privateKey: known.privateKey, publicKey: await account.backupPublicKey(known.privateKey) };
    const current = await this.#current();
    if (current?.publicKey === pair.publicKey) {
      await this.#use(pair, current.version);
      return true;
    }
    this.#parts.logger.warn("encryption: the backup of keys on the server is another one than this device knows");
    return false;
  }

  /** Makes a new backup in place of any other, and gives its private key. */
  async create(): Promise<string> {
    const { engine, requests } = this.#parts;
    const pair = await engine.account.makeBackupKey();
    const data = { public_key: pair.publicKey };
    const signed = { ...data, signatures: await engine.account.sign(data) };
    const { version } = await requests.send(postRoomKeysVersion, { body: { algorithm, auth_data: signed } });
    await this.#use(pair, version);
    return pair.privateKey;
  }

  /** Uses the backup of the server by its private key. @throws {CryptoError} `WRONG_RECOVERY_KEY` if it is not its. */
  async recover(privateKey: string): Promise<void> {
    const current = await this.#current();
    if (!current) return;
    const publicKey = await this.#parts.engine.account.backupPublicKey(privateKey);
    if (publicKey !== current.publicKey)
      throw new CryptoError("WRONG_RECOVERY_KEY", "the key in secret storage is not the one of the backup");
    await this.#use({ privateKey, publicKey }, current.version);
  }

  async #use(pair: BackupKeyPair, version: string): Promise<void> {
    await this.#parts.engine.account.useBackup(pair, version);
    this.#version = version;
    this.#asked.clear();
    this.#parts.onChange();
    this.upload();
  }

  async #current(): Promise<{ readonly version: string; readonly publicKey: string } | undefined> {
    try {
      const { version, algorithm: kind, auth_data: data } = await this.#parts.requests.send(getRoomKeysVersionCurrent, {});
      const publicKey = data["public_key"];
      return kind === algorithm && typeof publicKey === "string" ? { version, publicKey } : undefined;
    } catch (error) {
      if (MatrixError.is(error, "M_NOT_FOUND")) return undefined;
      throw error;
    }
  }

  /** Puts keys that are not in the backup into it, meanwhile. */
  upload(): void {
    if (this.#version === undefined) return;
    this.#isMore = true;
    if (!this.#isUploading) void this.#uploadAll();
  }

  async #uploadAll(): Promise<void> {
    const { engine, logger } = this.#parts;
    this.#isUploading = true;
    try {
      while (this.#isMore) {
        this.#isMore = false;
        for (let request = await engine.account.nextBackup(); request; request = await engine.account.nextBackup())
          await exchange(this.#parts, request);
      }
    } catch (error) {
      if (MatrixError.is(error, "M_WRONG_ROOM_KEYS_VERSION")) await this.#stop();
      else if (!(error instanceof CryptoError && error.code === "CLOSED"))
        logger.warn("encryption: keys could not be backed up; again with the next ones", error);
    } finally {
      this.#isUploading = false;
    }
  }

  /** Somebody has made another backup, whose key this device does not have. */
  async #stop(): Promise<void> {
    this.#version = undefined;
    this.#parts.onChange();
    this.#parts.logger.warn("encryption: there is another backup of keys on the server now; recover() takes it up");
    await this.#parts.engine.account.stopBackup();
  }

  /** Takes in all keys of a room that the backup has; tells whether there is a backup to ask, and nothing is missing now. */
  async fetchRoom(roomId: RoomId): Promise<boolean> {
    const { engine, requests } = this.#parts;
    const version = this.#version;
    if (version === undefined) return false;
    const { sessions } = await requests.send(getRoomKeysByRoomId, { path: { roomId }, query: { version } });
    let isComplete = true;
    for (const [sessionId, { session_data: data }] of Object.entries(sessions)) {
      const encrypted = encryptedKeyOf(data);
      // One key that is malformed is no reason to give none.
      if (encrypted) await engine.account.importBackedUp({ roomId, sessionId, encrypted }).catch(() => (isComplete = false));
      else isComplete = false;
    }
    return isComplete;
  }

  /** Looks for a key in the backup, once; the engine tells of it when it has come. */
  async fetch(roomId: RoomId, sessionId: string): Promise<void> {
    const { engine, requests, logger } = this.#parts;
    const version = this.#version;
    const name = `${roomId} ${sessionId}`;
    if (version === undefined || this.#asked.get(name) === true) return;
    this.#asked.set(name, true);
    await this.#places.run(async () => {
      try {
        const { session_data: data } = await requests.send(getRoomKeyBySessionId, { path: { roomId, sessionId }, query: { version } });
        const encrypted = encryptedKeyOf(data);
        if (encrypted) await engine.account.importBackedUp({ roomId, sessionId, encrypted });
      } catch (error) {
        // What could not be asked may be asked again; what is not there is not.
        if (!MatrixError.is(error, "M_NOT_FOUND")) this.#asked.delete(name);
        logger.debug(`encryption: a key of ${roomId} does not come from the backup`, error);
      }
    });
  }
}

function encryptedKeyOf(data: unknown): EncryptedBackupKey | undefined {
  const { ephemeral, ciphertext, mac } = isJsonObject(data) ? data : {};
  if (typeof ephemeral !== "string" || typeof ciphertext !== "string" || typeof mac !== "string") return undefined;
  return { ephemeral, ciphertext, mac };
}
