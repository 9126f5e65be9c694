import { type Model, model, obj, record } from "@patrix/api";
import { ServerName } from "@patrix/identifiers";
import * as z from "zod/mini";

/** A key that signs now. */
export interface VerifyKey {
  /** Public key in unpadded base64. */
  key: string;
}

/** Checks a {@link VerifyKey}. */
export const VerifyKey: Model<VerifyKey> = /* @__PURE__ */ model(() => obj<VerifyKey>({ key: z.string() }));

/** A key that has signed before. */
export interface OldVerifyKey {
  /** When the key was retired, in milliseconds since the Unix epoch. */
  expired_ts: number;
  /** Public key in unpadded base64. */
  key: string;
}

/** Checks a {@link OldVerifyKey}. */
export const OldVerifyKey: Model<OldVerifyKey> = /* @__PURE__ */ model(() => obj<OldVerifyKey>({ expired_ts: z.int(), key: z.string() }));

/** The signing keys that a server publishes, signed by itself. */
export interface ServerKeys {
  server_name: ServerName;
  /** By key ID. */
  verify_keys: Record<string, VerifyKey>;
  /** By key ID. */
  old_verify_keys?: Record<string, OldVerifyKey> | undefined;
  /** Signatures in unpadded base64, by signer and key ID. */
  signatures: Record<string, Record<string, string>>;
  /** When to ask again, in milliseconds since the Unix epoch. */
  valid_until_ts: number;
}

/** Checks a {@link ServerKeys}. */
export const ServerKeys: Model<ServerKeys> = /* @__PURE__ */ model(() =>
  obj<ServerKeys>({
    server_name: ServerName,
    verify_keys: record(z.string(), VerifyKey.schema),
    old_verify_keys: z.optional(record(z.string(), OldVerifyKey.schema)),
    signatures: record(z.string(), record(z.string(), z.string())),
    valid_until_ts: z.int(),
  }),
);
