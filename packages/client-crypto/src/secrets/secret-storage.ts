import { isJsonObject, type JsonObject } from "@patrix/api";
import { EncryptedSecretData, SecretStorageKeyContent } from "@patrix/events";
import { encodeUrlSafeUnpaddedBase64 } from "@patrix/identifiers";
import { CryptoError } from "../errors.ts";
import { encodeRecoveryKey, requireRecoveryKey } from "./recovery-key.ts";
import { decryptSecret, encryptSecret, isKeyOf, keyCheck, keyOfPassphrase, newPassphrase } from "./secret-cipher.ts";

/** The account data of the user, on the server. */
export interface AccountDataAccess {
  /** The content of a type; `undefined` if there is none. */
  get(type: string): Promise<JsonObject | undefined>;
  set(type: string, content: JsonObject): Promise<void>;
}

const defaultKeyType = "m.secret_storage.default_key";
const keyType = (id: string): string => `m.secret_storage.key.${id}`;

/** A key of secret storage. */
export interface SecretStorageKey {
  readonly id: string;
  readonly key: Uint8Array<ArrayBuffer>;
}

/**
 * Opens secret storage by its recovery key or passphrase.
 *
 * @throws {CryptoError} `NO_SECRET_STORAGE`, `WRONG_RECOVERY_KEY`.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#secret-storage}
 */
export async function openSecretStorage(data: AccountDataAccess, keyOrPassphrase: string): Promise<SecretStorageKey> {
  const id = (await data.get(defaultKeyType))?.["key"];
  const description = typeof id === "string" ? SecretStorageKeyContent.safeParse(await data.get(keyType(id))) : undefined;
  if (typeof id !== "string" || description?.ok !== true)
    throw new CryptoError("NO_SECRET_STORAGE", "the account has no secret storage: set up encryption on one of its devices first");
  const { passphrase } = description.value;
  for (const make of [
    async () => requireRecoveryKey(keyOrPassphrase),
    ...(passphrase ? [() => keyOfPassphrase(keyOrPassphrase, passphrase)] : []),
  ]) {
    const key = await make().catch(() => {});
    if (key && (await isKeyOf(key, description.value))) return { id, key };
  }
  throw new CryptoError("WRONG_RECOVERY_KEY", "this is not the recovery key or the passphrase of the account's secret storage");
}

/** A new secret storage, which is not the account's until {@link useSecretStorage}. */
export async function createSecretStorage(
  data: AccountDataAccess,
  passphrase: string | undefined,
): Promise<SecretStorageKey & { readonly recoveryKey: string }> {
  const described = passphrase === undefined ? undefined : newPassphrase();
  const key =
    described && passphrase !== undefined
      ? await keyOfPassphrase(passphrase, described)
      : globalThis.crypto.getRandomValues(new Uint8Array(32));
  const id = encodeUrlSafeUnpaddedBase64(globalThis.crypto.getRandomValues(new Uint8Array(24)));
  const description = {
    algorithm: "m.secret_storage.v1.aes-hmac-sha2",
    ...(await keyCheck(key)),
    ...(described && { passphrase: { ...described } }),
  };
  await data.set(keyType(id), description);
  return { id, key, recoveryKey: encodeRecoveryKey(key) };
}

/** Makes a key the account's own, when all its secrets are stored. */
export async function useSecretStorage(data: AccountDataAccess, { id }: SecretStorageKey): Promise<void> {
  await data.set(defaultKeyType, { key: id });
}

/** Stores a secret. */
export async function storeSecret(
  data: AccountDataAccess,
  { id, key }: SecretStorageKey,
  secret: { readonly name: string; readonly value: string },
): Promise<void> {
  await data.set(secret.name, { encrypted: { [id]: { ...(await encryptSecret(key, secret.name, secret.value)) } } });
}

/** Reads a secret; `undefined` if it is not stored. @throws {CryptoError} `WRONG_RECOVERY_KEY`. */
export async function readSecret(data: AccountDataAccess, { id, key }: SecretStorageKey, name: string): Promise<string | undefined> {
  const encrypted = (await data.get(name))?.["encrypted"];
  const own = isJsonObject(encrypted) ? EncryptedSecretData.safeParse(encrypted[id]) : undefined;
  return own?.ok === true ? decryptSecret(key, name, own.value) : undefined;
}
