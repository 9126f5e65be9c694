import type { JsonObject } from "@patrix/api";
import { uploadCrossSigningKeys } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { CrossSigningStatus } from "../engine/account-engine.ts";
import type { CryptoEngine } from "../engine/crypto-engine.ts";
import { CryptoError } from "../errors.ts";
import { type CryptoRequests, exchange, sendOutgoing } from "../driver/send-outgoing.ts";
import {
  type AccountDataAccess,
  createSecretStorage,
  openSecretStorage,
  readSecret,
  type SecretStorageKey,
  storeSecret,
  useSecretStorage,
} from "../secrets/secret-storage.ts";
import type { DehydratedDevices } from "./dehydrated-devices.ts";
import type { KeyBackup } from "./key-backup.ts";

/** What an {@link AccountEncryption} works with. */
export interface AccountParts {
  readonly userId: UserId;
  readonly engine: CryptoEngine;
  readonly requests: CryptoRequests;
  readonly backup: KeyBackup;
  /** The dehydrated device of the user, where one is wanted. */
  readonly dehydrated?: DehydratedDevices | undefined;
  readonly data: AccountDataAccess;
  readonly logger: { warn(message: string, cause?: unknown): void };
  /** Sends what waits to be sent, above all the keys of the device. */
  readonly flush: () => Promise<void>;
}

/** Sends a request for which the server may ask who the user is. */
export type Authenticate = <T>(attempt: (auth: JsonObject | undefined) => Promise<T>) => Promise<T>;

/** Names of the secrets, as account data and in requests between devices. */
const names = {
  master: "m.cross_signing.master",
  selfSigning: "m.cross_signing.self_signing",
  userSigning: "m.cross_signing.user_signing",
  backup: "m.megolm_backup.v1",
} as const;

/** The identity of a user: made, kept in secret storage, and taken over by further devices. */
export class AccountEncryption {
  readonly #parts: AccountParts;

  constructor(parts: AccountParts) {
    this.#parts = parts;
  }

  /** How the device stands, as far as it knows. */
  localStatus(): Promise<CrossSigningStatus> {
    return this.#parts.engine.account.status();
  }

  /** How the device stands, as the server has it now. */
  async status(): Promise<CrossSigningStatus> {
    await this.#askServer();
    return this.#parts.engine.account.status();
  }

  /**
   * Makes an identity, signs the device by it, and keeps the private keys in a new secret storage together with the key of a new backup.
   * Gives the recovery key, which nobody else knows.
   *
   * @throws {CryptoError} `ALREADY_SET_UP` if the account has an identity and `replaces` does not say that it may go.
   */
  async setUp({ passphrase, authenticate, replaces }: SetUpOptions): Promise<{ readonly recoveryKey: string }> {
    const { engine, requests, backup, data } = this.#parts;
    const { hasIdentity } = await this.status();
    if (hasIdentity && !replaces)
      throw new CryptoError("ALREADY_SET_UP", "the account has an identity already: recover it by its recovery key, or reset it");
    const { signingKeys, signatures } = await engine.account.makeCrossSigning();
    await authenticate((auth) => requests.send(uploadCrossSigningKeys, { body: { ...signingKeys, ...(auth && { auth }) } }));
    await sendOutgoing(requests, signatures);
    await this.#askServer();
    const storage = await createSecretStorage(data, passphrase);
    const secrets = await engine.account.exportCrossSigning();
    if (!secrets) throw new CryptoError("ENGINE_FAILED", "the engine does not give the keys that it has made");
    for (const name of ["master", "selfSigning", "userSigning"] as const)
      await storeSecret(data, storage, { name: names[name], value: secrets[name] });
    await storeSecret(data, storage, { name: names.backup, value: await backup.create() });
    await useSecretStorage(data, storage);
    await this.#dehydrate(storage);
    return { recoveryKey: storage.recoveryKey };
  }

  /**
   * Takes the identity and the backup over from secret storage, and signs the device.
   *
   * @throws {CryptoError} `NO_SECRET_STORAGE`, `WRONG_RECOVERY_KEY`.
   */
  async recover(keyOrPassphrase: string): Promise<void> {
    const { data, backup } = this.#parts;
    const storage = await openSecretStorage(data, keyOrPassphrase);
    await this.#recoverIdentity(storage);
    const privateKey = await readSecret(data, storage, names.backup);
    if (privateKey !== undefined) await backup.recover(privateKey);
    await this.#dehydrate(storage);
  }

  /** Brings the dehydrated device to life, and makes another one, if one is wanted. Without it all else still holds. */
  async #dehydrate(storage: SecretStorageKey): Promise<void> {
    const { dehydrated, logger } = this.#parts;
    if (!dehydrated) return;
    try {
      const roomKeys = await dehydrated.start(storage);
      if (roomKeys === undefined) logger.warn("encryption: the server takes no dehydrated devices");
    } catch (error) {
      logger.warn("encryption: there is no new dehydrated device", error);
    }
  }

  /** Asks the user's verified devices for the private keys that this one lacks. */
  async askForSecrets(): Promise<void> {
    if (await this.#parts.engine.account.requestSecrets()) await this.#parts.flush();
  }

  async #recoverIdentity(storage: SecretStorageKey): Promise<void> {
    const { engine, requests, data } = this.#parts;
    const read = async (name: keyof typeof names): Promise<string> => {
      const secret = await readSecret(data, storage, names[name]);
      if (secret === undefined)
        throw new CryptoError("NO_SECRET_STORAGE", `secret storage lacks ${names[name]}: set up encryption on another device`);
      return secret;
    };
    const secrets = { master: await read("master"), selfSigning: await read("selfSigning"), userSigning: await read("userSigning") };
    // What is taken over is compared with what the server has.
    await this.#askServer();
    await engine.account.importCrossSigning(secrets);
    if ((await engine.account.status()).isVerified) return;
    await sendOutgoing(requests, await engine.account.signOwnDevice());
    await this.#askServer();
  }

  async #askServer(): Promise<void> {
    await this.#parts.flush();
    await exchange(this.#parts, await this.#parts.engine.queryUsers([this.#parts.userId]));
  }
}

/** Options of {@link AccountEncryption.setUp}. */
export interface SetUpOptions {
  /** Opens secret storage beside the recovery key. */
  readonly passphrase?: string | undefined;
  readonly authenticate: Authenticate;
  /** Whether an identity that there is may go: everybody who has verified the user is warned. */
  readonly replaces: boolean;
}
