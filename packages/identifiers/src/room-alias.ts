import { IdentifierError, requireText } from "./errors.ts";
import { identifierSchema, type Schema } from "./schema.ts";
import { type LocalpartAndServer, readLocalpartAndServer } from "./sigil-grammar.ts";

/** A room alias, `#localpart:server`. */
export type RoomAlias = `#${string}:${string}`;

/** Tolerant schema of a {@link RoomAlias}: sigil, colon, something after it, at most 255 bytes. */
export const RoomAlias: Schema<RoomAlias> = /* @__PURE__ */ identifierSchema<RoomAlias>(
  /^#[^:]*:./s,
  "a room alias, such as #room:example.org",
);

/**
 * Splits a room alias. The localpart may be any Unicode but NUL and `:`.
 *
 * @throws {@link IdentifierError} `EMPTY`, `MISSING_SIGIL`, `MISSING_COLON`, `TOO_LONG`, `INVALID_CHARACTER` or `INVALID_SERVER_NAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#room-aliases}
 */
export function parseRoomAlias(text: string): LocalpartAndServer {
  requireText(text, "room alias");
  const parts = readLocalpartAndServer(text, "#");
  if (typeof parts === "string") throw new IdentifierError(parts, "room alias");
  return parts;
}

/** Whether a text is a room alias. */
export function isRoomAlias(value: unknown): value is RoomAlias {
  return typeof value === "string" && typeof readLocalpartAndServer(value, "#") === "object";
}
