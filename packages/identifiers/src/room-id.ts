import { IdentifierError, type IdentifierErrorCode, requireText } from "./errors.ts";
import { identifierSchema, type Schema } from "./schema.ts";
import { isServerName, type ServerName } from "./server-name.ts";
import { sigilProblem } from "./sigil-grammar.ts";

/** A room ID: `!opaque:server` in room versions 1 to 11, `!hash` from 12. Clients treat it as opaque. */
export type RoomId = `!${string}`;

/** Tolerant schema of a {@link RoomId}: sigil, something after it, at most 255 bytes. */
export const RoomId: Schema<RoomId> = /* @__PURE__ */ identifierSchema<RoomId>(/^!./s, "a room ID, such as !abc");

/** The parts of a room ID. */
export interface RoomIdParts {
  /** What follows the sigil, up to the first colon if there is one. */
  readonly opaque: string;
  /** The server that made up the ID; it need not be in the room. `undefined` without a colon. */
  readonly serverName: ServerName | undefined;
  /** `domain` before room version 12, `hash` from there (43 characters of URL-safe base64), or `unknown`. */
  readonly format: "domain" | "hash" | "unknown";
}

const hash = /^[A-Za-z0-9_-]{43}$/;

function readRoomId(text: string): RoomIdParts | IdentifierErrorCode {
  const problem = sigilProblem(text, "!");
  if (problem !== undefined) return problem;
  const colon = text.indexOf(":");
  if (colon < 0) {
    const opaque = text.slice(1);
    return opaque === "" ? "EMPTY" : { opaque, serverName: undefined, format: hash.test(opaque) ? "hash" : "unknown" };
  }
  const serverName = text.slice(colon + 1);
  return isServerName(serverName) ? { opaque: text.slice(1, colon), serverName, format: "domain" } : "INVALID_SERVER_NAME";
}

/**
 * Splits a room ID of any room version.
 *
 * @throws {@link IdentifierError} `EMPTY`, `MISSING_SIGIL`, `TOO_LONG`, `INVALID_CHARACTER` or `INVALID_SERVER_NAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#room-ids}
 */
export function parseRoomId(text: string): RoomIdParts {
  requireText(text, "room ID");
  const parts = readRoomId(text);
  if (typeof parts === "string") throw new IdentifierError(parts, "room ID");
  return parts;
}

/** Whether a text is a room ID in the form of some room version. */
export function isRoomId(value: unknown): value is RoomId {
  if (typeof value !== "string") return false;
  const parts = readRoomId(value);
  return typeof parts === "object" && parts.format !== "unknown";
}
