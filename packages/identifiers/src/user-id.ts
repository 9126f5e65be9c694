import { IdentifierError, type IdentifierErrorCode, requireText } from "./errors.ts";
import { identifierSchema, type Schema } from "./schema.ts";
import type { ServerName } from "./server-name.ts";
import { readLocalpartAndServer } from "./sigil-grammar.ts";

/** A user ID, `@localpart:server`. */
export type UserId = `@${string}:${string}`;

/** Tolerant schema of a {@link UserId}: sigil, colon, something after it, at most 255 bytes. */
export const UserId: Schema<UserId> = /* @__PURE__ */ identifierSchema<UserId>(/^@[^:]*:./s, "a user ID, such as @alice:example.org");

/** The parts of a user ID. */
export interface UserIdParts {
  /** What stands before the first colon, without sigil; may be empty when historical. */
  readonly localpart: string;
  readonly serverName: ServerName;
  /** Whether the localpart is only allowed because such IDs existed before the present grammar. */
  readonly historical: boolean;
  /** Whether the localpart follows the present or the historical grammar; others are accepted only in events over federation. */
  readonly compliant: boolean;
}

const presentLocalpart = /^[a-z0-9._=\-/+]+$/;
const historicalLocalpart = /^[\x21-\x7e]+$/;

function readUserId(text: string): UserIdParts | IdentifierErrorCode {
  const parts = readLocalpartAndServer(text, "@");
  if (typeof parts === "string") return parts;
  const historical = !presentLocalpart.test(parts.localpart);
  return { ...parts, historical, compliant: !historical || historicalLocalpart.test(parts.localpart) };
}

/**
 * Splits a user ID. Accepts historical IDs, whose localpart may be any Unicode but NUL and `:`, and says so.
 *
 * @throws {@link IdentifierError} `EMPTY`, `MISSING_SIGIL`, `MISSING_COLON`, `TOO_LONG`, `INVALID_CHARACTER` or `INVALID_SERVER_NAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#user-identifiers}
 * @example
 * parseUserId("@alice:example.org").localpart; // "alice"
 */
export function parseUserId(text: string): UserIdParts {
  requireText(text, "user ID");
  const parts = readUserId(text);
  if (typeof parts === "string") throw new IdentifierError(parts, "user ID");
  return parts;
}

/**
 * Whether a text is a user ID.
 *
 * @param options.historical - accepts historical localparts, as clients and servers must; default `true`. `false` suits new registrations.
 */
export function isUserId(value: unknown, options?: { readonly historical?: boolean | undefined }): value is UserId {
  if (typeof value !== "string") return false;
  const parts = readLocalpartAndServer(value, "@");
  return typeof parts === "object" && ((options?.historical ?? true) || presentLocalpart.test(parts.localpart));
}
