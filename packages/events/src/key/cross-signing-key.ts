import { jsonObject, model, type Model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * One of a user's three cross-signing keys.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#post_matrixclientv3keysdevice_signingupload_request_crosssigningkey}
 */
export interface CrossSigningKey {
  user_id: UserId;
  usage: OpenEnum<"master" | "self_signing" | "user_signing">[];
  /** Exactly one, by key ID, in unpadded base64. */
  keys: Record<string, string>;
  /** By user and key ID; unchecked. Absent on master keys that no device has signed. */
  signatures?: Record<UserId, Record<string, string>> | undefined;
}
/** Checks {@link CrossSigningKey}. */
export const CrossSigningKey: Model<CrossSigningKey> = /* @__PURE__ */ model(() =>
  obj<CrossSigningKey>({
    user_id: UserId,
    usage: z.array(openEnum(["master", "self_signing", "user_signing"])),
    keys: record(z.string(), z.string()).check(
      z.refine(hasOneKey, { error: "expected exactly one key" }),
      z.meta({ minProperties: 1, maxProperties: 1 }),
    ),
    signatures: z.optional(jsonObject<Record<UserId, Record<string, string>>>()),
  }),
);

function hasOneKey(keys: Readonly<Record<string, string>>): boolean {
  return Object.keys(keys).length === 1;
}
