import { isOpaqueIdentifier, requireOpaqueIdentifier } from "./opaque-identifier.ts";
import { type Schema, stringSchema } from "./schema.ts";

/** ID of a session that validates a third-party identifier (`sid`). */
export type SessionId = string;

/** Tolerant schema of a {@link SessionId}: any string. */
export const SessionId: Schema<SessionId> = /* @__PURE__ */ stringSchema();

/**
 * Checks a session ID and returns it.
 *
 * @throws {@link IdentifierError} `EMPTY`, `TOO_LONG` or `INVALID_CHARACTER`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#opaque-identifiers}
 */
export function parseSessionId(text: string): SessionId {
  requireOpaqueIdentifier(text, "session ID");
  return text;
}

/** Whether a text is a session ID: 1 to 255 of `0-9A-Za-z-._~`. */
export function isSessionId(value: unknown): value is SessionId {
  return isOpaqueIdentifier(value);
}
