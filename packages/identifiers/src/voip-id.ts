import { isOpaqueIdentifier, requireOpaqueIdentifier } from "./opaque-identifier.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** ID of a call, or of a party to one. */
export type VoipId = string;

/** Tolerant schema of a {@link VoipId}: any string. */
export const VoipId: Schema<VoipId> = /* @__PURE__ */ stringSchema();

/**
 * Checks a VoIP ID and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY`, `TOO_LONG` or `INVALID_CHARACTER`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#opaque-identifiers}
 */
export function parseVoipId(text: string): VoipId {
  requireOpaqueIdentifier(text, "VoIP ID");
  return text;
}

/** Whether a text is a VoIP ID: 1 to 255 of `0-9A-Za-z-._~`. */
export function isVoipId(value: unknown): value is VoipId {
  return isOpaqueIdentifier(value);
}
