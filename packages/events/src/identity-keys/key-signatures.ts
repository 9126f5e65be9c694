import { record } from "@patrix/api";
import { type Schema, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * Signatures of a key or device in unpadded base64, by user and key ID. Whoever else has signed is kept without a look at it.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#signing-json}
 */
export type KeySignatures = Record<UserId, Record<string, string>>;

/** Describes {@link KeySignatures}. @internal */
/* @__NO_SIDE_EFFECTS__ */
export function keySignatures(): Schema<KeySignatures> {
  return z.looseRecord(UserId, record(z.string(), z.string()));
}
