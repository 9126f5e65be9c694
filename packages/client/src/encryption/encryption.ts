import type { DeviceEncryption, DeviceVerification, KeyFileOptions, KeyImport, KeyImportOptions } from "@patrix/client-crypto";
import type { RoomId, UserId } from "@patrix/identifiers";
import type { Abortable } from "../abortable.ts";
import { authenticate, type UiaHandler } from "../auth/uia.ts";
import { ClientError } from "../errors.ts";
import { type Live, LiveValue } from "../live/live.ts";
import { LosslessQueue } from "../live/lossless-queue.ts";
import { type Subscription, subscription } from "../live/subscription.ts";
import type { ClientEncryption } from "./client-encryption.ts";
import { type EncryptionStatus, unknownStatus } from "./encryption-status.ts";
import {
  type Device,
  type UserIdentity,
  type UserVerificationOptions,
  type Verification,
  VerificationHandle,
  type VerificationOptions,
} from "./verification.ts";

/** Options of {@link Encryption.setup}. */
export interface EncryptionSetupOptions {
  /** Opens secret storage beside the recovery key. Whoever guesses it can read everything. */
  passphrase?: string | undefined;
  /** Answers what the server asks, above all the password. */
  uia?: UiaHandler | undefined;
}

/** The identity of the user, its recovery, and the backup of keys. */
export interface Encryption {
  readonly status: Live<EncryptionStatus>;
  /**
   * Makes an identity, signs this device by it, and begins a backup of room keys. What opens all of it on another device is the recovery
   * key: show it once, and keep it nowhere.
   *
   * @throws {ClientError} `ALREADY_SET_UP`, `UIA_FAILED`.
   */
  setup(options?: EncryptionSetupOptions): Promise<{ recoveryKey: string }>;
  /**
   * Takes over the identity and the backup by the recovery key or the passphrase, and signs this device.
   *
   * @throws {ClientError} `WRONG_RECOVERY_KEY`, `NO_SECRET_STORAGE`.
   */
  recover(keyOrPassphrase: string): Promise<void>;
  /** The devices of a user, by default the client's own, as far as they are known. */
  devices(userId?: UserId): Promise<readonly Device[]>;
  /** Asks the user's other devices to verify this one, by emoji unless `methods` says otherwise. @throws {ClientError} `NO_IDENTITY`. */
  verifyThisDevice(options?: VerificationOptions): Promise<Verification>;
  /**
   * Asks another user, in the direct chat of both, to verify each other, by emoji unless `methods` says otherwise. Makes the chat if there is none.
   *
   * @throws {ClientError} `NO_IDENTITY` if that user has none.
   */
  verifyUser(userId: UserId, options?: UserVerificationOptions): Promise<Verification>;
  /** The identity of a user as the server has it now; `undefined` if there is none. */
  identity(userId: UserId): Promise<UserIdentity | undefined>;
  /** What others ask for, from the call on. */
  readonly requests: AsyncIterable<Verification>;
  /** Calls back for each verification that others ask for. */
  onRequest(callback: (verification: Verification) => unknown, options?: Abortable): Subscription;
  /** Makes a new identity in place of the one whose recovery key is lost. Those who have verified the user are warned. */
  reset(options?: EncryptionSetupOptions): Promise<{ recoveryKey: string }>;
  /** Deletes the dehydrated device of the user, and its key. With the option `dehydratedDevice` the next `recover` makes another one. */
  deleteDehydratedDevice(): Promise<void>;
  /**
   * The room keys of this device as a file, encrypted by a passphrase, that other clients read too. Whoever has both can read all that these
   * keys decrypt.
   *
   * @throws {ClientError} `BAD_KEY_FILE` for an empty passphrase, and rounds that are too few or too many.
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#key-exports}
   * @example
   * await writeFile("keys.txt", await client.encryption.exportKeys(passphrase));
   */
  exportKeys(passphrase: string, options?: KeyFileOptions): Promise<string>;
  /**
   * Takes in the room keys of such a file, of whichever client; what can be read now is delivered. Nothing is changed if the file cannot be read.
   *
   * @throws {ClientError} `BAD_KEY_FILE` for what is no such file, or longer than 256 MiB; `WRONG_PASSPHRASE`, also where it was changed.
   */
  importKeys(file: string, passphrase: string, options?: KeyImportOptions): Promise<KeyImport>;
}

/** What an {@link EncryptionHandle} knows of the client that it belongs to. */
export interface EncryptionSurroundings {
  readonly baseUrl: () => string;
  /** The direct chat with a user; makes one if there is none. */
  readonly directChat: (userId: UserId) => Promise<RoomId>;
}

/** The encryption of a client, as its users see it. */
export class EncryptionHandle implements Encryption {
  readonly status: LiveValue<EncryptionStatus> = new LiveValue<EncryptionStatus>(unknownStatus);
  readonly #cipher: ClientEncryption;
  readonly #surroundings: EncryptionSurroundings;
  readonly #listeners = new Set<(verification: Verification) => void>();

  constructor(cipher: ClientEncryption, surroundings: EncryptionSurroundings) {
    this.#cipher = cipher;
    this.#surroundings = surroundings;
    cipher.onOpened(async (device) => {
      device.onIdentity(() => cipher.background(this.#refresh(device), "how the device stands is not known"));
      device.verifications.onRequest((asked) => {
        const verification = this.#handleOf(device, asked);
        for (const listener of this.#listeners) listener(verification);
      });
      await this.#refresh(device);
    });
  }

  get requests(): AsyncIterable<Verification> {
    const queue: LosslessQueue<Verification> = new LosslessQueue(() => end());
    const end = this.onRequest((verification) => void queue.push(verification));
    return queue.read({});
  }

  onRequest(callback: (verification: Verification) => unknown, { signal }: Abortable = {}): Subscription {
    const listener = (verification: Verification): void => void callback(verification);
    this.#listeners.add(listener);
    return subscription(() => this.#listeners.delete(listener), signal);
  }

  async devices(given?: UserId): Promise<readonly Device[]> {
    return this.#use(async (device) => {
      const userId = given ?? this.#cipher.userId;
      if (userId === undefined) return [];
      const found = await device.verifications.devices(userId);
      return found.map(({ deviceId, name, isVerified }) =>
        Object.freeze<Device>({
          id: deviceId,
          userId,
          name,
          verified: isVerified,
          verify: (options) => this.#request(options, { userId, deviceId }),
        }),
      );
    });
  }

  verifyThisDevice(options?: VerificationOptions): Promise<Verification> {
    return this.#request(options);
  }

  async verifyUser(userId: UserId, { methods, room }: UserVerificationOptions = {}): Promise<Verification> {
    if (!(await this.identity(userId))) throw new ClientError("NO_IDENTITY", `${userId} has no identity that could be verified`);
    const roomId = room ?? (await this.#surroundings.directChat(userId));
    return this.#use(async (device) => this.#handleOf(device, await device.verifications.requestInRoom({ userId, roomId }, methods)));
  }

  async identity(userId: UserId): Promise<UserIdentity | undefined> {
    const found = await this.#cipher.use((device) => device.verifications.identity(userId));
    return found && Object.freeze<UserIdentity>({ userId, verified: found.isVerified, changed: found.hasChanged });
  }

  #request({ methods }: VerificationOptions = {}, asked?: { readonly userId: UserId; readonly deviceId: string }): Promise<Verification> {
    return this.#use(async (device) => this.#handleOf(device, await device.verifications.request(asked, methods)));
  }

  #handleOf(device: DeviceEncryption, verification: DeviceVerification): Verification {
    const onDone = (): void => {
      const { userId } = verification;
      // A device that is verified now gets what it lacks from those that were; of a user the signature is seen when the server is asked.
      const ask: Promise<unknown> = userId === this.#cipher.userId ? device.account.askForSecrets() : device.verifications.identity(userId);
      this.#cipher.background(
        ask.then(() => this.#refresh(device)),
        "the device does not get what it lacks from others",
      );
    };
    return new VerificationHandle(verification, { attempt: (task) => this.#cipher.attempt(task), onDone });
  }

  setup(options: EncryptionSetupOptions = {}): Promise<{ recoveryKey: string }> {
    return this.#setUp(options, false);
  }

  reset(options: EncryptionSetupOptions = {}): Promise<{ recoveryKey: string }> {
    return this.#setUp(options, true);
  }

  async deleteDehydratedDevice(): Promise<void> {
    await this.#cipher.use(async ({ dehydrated }) => {
      if (!dehydrated) throw new ClientError("INVALID_OPTIONS", "the client was created without the option encryption.dehydratedDevice");
      await dehydrated.delete();
    });
  }

  exportKeys(passphrase: string, options?: KeyFileOptions): Promise<string> {
    return this.#cipher.use((device) => device.keyFiles.export(passphrase, options));
  }

  async importKeys(file: string, passphrase: string, options?: KeyImportOptions): Promise<KeyImport> {
    const outcome = await this.#cipher.use((device) => device.keyFiles.import(file, passphrase, options));
    this.#cipher.retryAll();
    return outcome;
  }

  async recover(keyOrPassphrase: string): Promise<void> {
    await this.#use((device) => device.account.recover(keyOrPassphrase));
    this.#cipher.retryAll();
  }

  #setUp({ passphrase, uia }: EncryptionSetupOptions, replaces: boolean): Promise<{ recoveryKey: string }> {
    const context = { handler: uia, baseUrl: this.#surroundings.baseUrl(), userId: this.#cipher.userId };
    return this.#use((device) =>
      device.account.setUp({
        passphrase,
        replaces,
        authenticate: (attempt) => authenticate((auth) => attempt(auth && { ...auth }), context),
      }),
    );
  }

  async #use<T>(task: (device: DeviceEncryption) => Promise<T>): Promise<T> {
    return this.#cipher.use(async (device) => {
      try {
        return await task(device);
      } finally {
        await this.#refresh(device);
      }
    });
  }

  async #refresh(device: DeviceEncryption): Promise<void> {
    const { hasIdentity, hasPrivateKeys, isVerified } = await device.account.localStatus();
    const partial = hasIdentity ? "partial" : "missing";
    this.status.set({
      thisDevice: isVerified ? "verified" : "unverified",
      crossSigning: hasPrivateKeys ? "ready" : partial,
      backup: device.backup.version === undefined ? "off" : "on",
    });
  }
}
