import { type Model, model, obj } from "@patrix/api";
import { MxcUri } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * The key of an encrypted attachment, as a JSON Web Key.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#definition-encryptedfile}
 */
export interface JsonWebKey {
  /** Key type; `oct`. */
  kty: string;
  /** What the key is for; at least `encrypt` and `decrypt`. */
  key_ops: string[];
  /** Algorithm; `A256CTR`. */
  alg: string;
  /** The key in URL-safe unpadded base64. */
  k: string;
  /** Whether the key may be exported; `true`. */
  ext: boolean;
}
/** Checks {@link JsonWebKey}. */
export const JsonWebKey: Model<JsonWebKey> = /* @__PURE__ */ model(() =>
  obj<JsonWebKey>({ kty: z.string(), key_ops: z.array(z.string()), alg: z.string(), k: z.string(), ext: z.boolean() }),
);

/** Hashes of the ciphertext of an encrypted attachment, in unpadded base64. */
export interface EncryptedFileHashes {
  sha256: string;
}
/** Checks {@link EncryptedFileHashes}. */
export const EncryptedFileHashes: Model<EncryptedFileHashes> = /* @__PURE__ */ model(() =>
  obj<EncryptedFileHashes>({ sha256: z.string() }),
);

/**
 * An encrypted attachment: where its ciphertext is and how to decrypt it.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#definition-encryptedfile}
 */
export interface EncryptedFile {
  url: MxcUri;
  key: JsonWebKey;
  /** The initial counter block of AES-CTR in unpadded base64. */
  iv: string;
  hashes: EncryptedFileHashes;
  /** Version of this format; `v2`. */
  v: string;
}
/** Checks {@link EncryptedFile}. */
export const EncryptedFile: Model<EncryptedFile> = /* @__PURE__ */ model(() =>
  obj<EncryptedFile>({ url: MxcUri, key: JsonWebKey.schema, iv: z.string(), hashes: EncryptedFileHashes.schema, v: z.string() }),
);
