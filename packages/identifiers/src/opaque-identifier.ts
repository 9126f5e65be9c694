import { IdentifierError, requireText } from "./errors.ts";

const grammar = /^[0-9A-Za-z._~-]{1,255}$/;

/**
 * Whether a text follows the opaque identifier grammar: 1 to 255 of `0-9A-Za-z-._~`.
 *
 * @see {@link https://spec.matrix.org/v1.19/appendices/#opaque-identifiers}
 */
export function isOpaqueIdentifier(value: unknown): boolean {
  return typeof value === "string" && grammar.test(value);
}

/** Checks the opaque identifier grammar on behalf of a kind of identifier. @throws {@link IdentifierError} */
export function requireOpaqueIdentifier(text: string, kind: string): void {
  requireText(text, kind);
  if (grammar.test(text)) return;
  if (text === "") throw new IdentifierError("EMPTY", kind);
  throw new IdentifierError(text.length > 255 ? "TOO_LONG" : "INVALID_CHARACTER", kind);
}
