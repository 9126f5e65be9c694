import { type Model, model, obj, type OpenEnum, openEnum, record } from "@patrix/api";
import { type Schema, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { oneMember } from "../one-member.ts";

/** What a cross-signing key signs. */
export type CrossSigningKeyUsage = OpenEnum<"master" | "self_signing" | "user_signing">;
/** Checks a {@link CrossSigningKeyUsage}. */
export const CrossSigningKeyUsage: Schema<CrossSigningKeyUsage> = /* @__PURE__ */ openEnum(["master", "self_signing", "user_signing"]);

/** A cross-signing key of a user. */
export interface CrossSigningKey {
  user_id: UserId;
  /** What the key is for. */
  usage: CrossSigningKeyUsage[];
  /** The public key in unpadded base64, by key ID; exactly one. */
  keys: Record<string, string>;
  /** Absent where a master key was not signed. */
  signatures?: Record<UserId, Record<string, string>> | undefined;
}

/** Checks a {@link CrossSigningKey}. */
export const CrossSigningKey: Model<CrossSigningKey> = /* @__PURE__ */ model(() =>
  obj<CrossSigningKey>({
    user_id: UserId,
    usage: z.array(CrossSigningKeyUsage),
    keys: oneMember(z.string()),
    signatures: z.optional(record(UserId, record(z.string(), z.string()))),
  }),
);
