import { model, type Model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import { type Schema, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { type KeySignatures, keySignatures } from "./key-signatures.ts";

/** What a cross-signing key signs. */
export type CrossSigningKeyUsage = OpenEnum<"master" | "self_signing" | "user_signing">;
/** Checks a {@link CrossSigningKeyUsage}. */
export const CrossSigningKeyUsage: Schema<CrossSigningKeyUsage> = /* @__PURE__ */ openEnum(["master", "self_signing", "user_signing"]);

/**
 * One of a user's three cross-signing keys.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload_request_crosssigningkey}
 */
export interface CrossSigningKey {
  user_id: UserId;
  usage: CrossSigningKeyUsage[];
  /** Exactly one, by key ID, in unpadded base64. */
  keys: Record<string, string>;
  /** Absent on master keys that no device has signed. */
  signatures?: KeySignatures | undefined;
}
/** Checks {@link CrossSigningKey}. */
export const CrossSigningKey: Model<CrossSigningKey> = /* @__PURE__ */ model(() =>
  obj<CrossSigningKey>({
    user_id: UserId,
    usage: z.array(CrossSigningKeyUsage),
    keys: record(z.string(), z.string()).check(
      z.refine(hasOneKey, { error: "expected exactly one key" }),
      z.meta({ minProperties: 1, maxProperties: 1 }),
    ),
    signatures: z.optional(keySignatures()),
  }),
);

function hasOneKey(keys: Readonly<Record<string, string>>): boolean {
  return Object.keys(keys).length === 1;
}
