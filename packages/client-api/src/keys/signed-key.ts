import { type Model, model, obj, record } from "@patrix/api";
import * as z from "zod/mini";

/** A one-time or fallback key, signed by its device. */
export interface SignedKey {
  /** Public key in unpadded base64. */
  key: string;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<string, Record<string, string>>;
  /** Whether it is a fallback key. Default: `false`. */
  fallback?: boolean | undefined;
}

/** Checks a {@link SignedKey}. */
export const SignedKey: Model<SignedKey> = /* @__PURE__ */ model(() =>
  obj<SignedKey>({ key: z.string(), signatures: record(z.string(), record(z.string(), z.string())), fallback: z.optional(z.boolean()) }),
);
