import { type Model, model, obj, type OpenEnum, openEnum } from "@patrix/api";
import * as z from "zod/mini";
import type { EventDefinition } from "../registry/define.ts";

/**
 * How a secret storage key is derived from a passphrase.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#deriving-keys-from-passphrases}
 */
export interface SecretStoragePassphrase {
  algorithm: OpenEnum<"m.pbkdf2">;
  salt: string;
  iterations: number;
  /** Length of the key in bits. Default: `256`. */
  bits?: number | undefined;
}
/** Checks {@link SecretStoragePassphrase}. */
export const SecretStoragePassphrase: Model<SecretStoragePassphrase> = /* @__PURE__ */ model(() =>
  obj<SecretStoragePassphrase>({
    algorithm: openEnum(["m.pbkdf2"]),
    salt: z.string(),
    iterations: z.int(),
    bits: z.optional(z.int()),
  }),
);

/**
 * Content of `m.secret_storage.key.` with a key ID appended: describes a key that encrypts secrets.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#key-storage}
 */
export interface SecretStorageKeyContent {
  name?: string | undefined;
  algorithm: OpenEnum<"m.secret_storage.v1.aes-hmac-sha2">;
  passphrase?: SecretStoragePassphrase | undefined;
  /** Initialization vector of the key check, in base64 with or without padding. */
  iv?: string | undefined;
  /** Result of the key check, in base64 with or without padding; absent where the key cannot be checked. */
  mac?: string | undefined;
}
/** Checks the content of `m.secret_storage.key.*`. */
export const SecretStorageKeyContent: Model<SecretStorageKeyContent> = /* @__PURE__ */ model(() =>
  obj<SecretStorageKeyContent>({
    name: z.optional(z.string()),
    algorithm: openEnum(["m.secret_storage.v1.aes-hmac-sha2"]),
    passphrase: z.optional(SecretStoragePassphrase.schema),
    iv: z.optional(z.string()),
    mac: z.optional(z.string()),
  }),
);

/** Defines `m.secret_storage.key.*`: the key ID is the rest of the type. */
export const secretStorageKey: EventDefinition<"global-account-data", "m.secret_storage.key.", SecretStorageKeyContent> = {
  kind: "global-account-data",
  type: "m.secret_storage.key.",
  content: SecretStorageKeyContent,
  prefix: true,
};
