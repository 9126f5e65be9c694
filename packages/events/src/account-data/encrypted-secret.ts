import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/**
 * A secret, encrypted with one key by `m.secret_storage.v1.aes-hmac-sha2`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#msecret_storagev1aes-hmac-sha2-1}
 */
export interface EncryptedSecretData {
  /** Initialization vector in base64. */
  iv: string;
  /** In base64. */
  ciphertext: string;
  /** In base64. */
  mac: string;
}
/** Checks {@link EncryptedSecretData}. */
export const EncryptedSecretData: Model<EncryptedSecretData> = /* @__PURE__ */ model(() =>
  obj<EncryptedSecretData>({ iv: z.string(), ciphertext: z.string(), mac: z.string() }),
);

/**
 * Content of account data that holds a secret, as `m.cross_signing.master` or `m.megolm_backup.v1`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#secret-storage}
 */
export interface EncryptedSecretContent {
  /** By ID of the key that encrypts; the form depends on the algorithm of that key: see {@link EncryptedSecretData}. */
  encrypted: Record<string, unknown>;
}
/** Checks {@link EncryptedSecretContent}. */
export const EncryptedSecretContent: Model<EncryptedSecretContent> = /* @__PURE__ */ model(() =>
  obj<EncryptedSecretContent>({ encrypted: record(z.string(), z.unknown()) }),
);
