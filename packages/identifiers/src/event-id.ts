import { IdentifierError, type IdentifierErrorCode, requireText } from "./errors.ts";
import { identifierSchema, type Schema } from "./schema.ts";
import { isServerName, type ServerName } from "./server-name.ts";
import { sigilProblem } from "./sigil-grammar.ts";

/** An event ID, `$opaque`. Clients treat it as opaque. */
export type EventId = `$${string}`;

/** Tolerant schema of an {@link EventId}: sigil, something after it, at most 255 bytes. */
export const EventId: Schema<EventId> = /* @__PURE__ */ identifierSchema<EventId>(/^\$./s, "an event ID, such as $abc");

/** `domain` in room versions 1 and 2, `hash` (standard base64) in 3, `url-safe-hash` from 4. */
export type EventIdFormat = "domain" | "hash" | "url-safe-hash";

/** The parts of an event ID. */
export interface EventIdParts {
  /** What follows the sigil, up to the first colon if there is one. */
  readonly opaque: string;
  /** The server that made the event, in room versions 1 and 2. */
  readonly serverName: ServerName | undefined;
  /** A hash of letters and digits only fits room versions 3 and later alike, and counts as `url-safe-hash`. */
  readonly format: EventIdFormat | "unknown";
}

const urlSafeHash = /^[A-Za-z0-9_-]{43}$/;
const standardHash = /^[A-Za-z0-9+/]{43}$/;

function readEventId(text: string): EventIdParts | IdentifierErrorCode {
  const problem = sigilProblem(text, "$");
  if (problem !== undefined) return problem;
  const colon = text.indexOf(":");
  if (colon >= 0) {
    const serverName = text.slice(colon + 1);
    return isServerName(serverName) ? { opaque: text.slice(1, colon), serverName, format: "domain" } : "INVALID_SERVER_NAME";
  }
  const opaque = text.slice(1);
  if (opaque === "") return "EMPTY";
  if (urlSafeHash.test(opaque)) return { opaque, serverName: undefined, format: "url-safe-hash" };
  return { opaque, serverName: undefined, format: standardHash.test(opaque) ? "hash" : "unknown" };
}

/**
 * Splits an event ID of any room version.
 *
 * @throws {@link IdentifierError} `EMPTY`, `MISSING_SIGIL`, `TOO_LONG`, `INVALID_CHARACTER` or `INVALID_SERVER_NAME`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#event-ids}
 */
export function parseEventId(text: string): EventIdParts {
  requireText(text, "event ID");
  const parts = readEventId(text);
  if (typeof parts === "string") throw new IdentifierError(parts, "event ID");
  return parts;
}

/** Whether a text is an event ID in the form of some room version, or of those with a certain format. */
export function isEventId(value: unknown, format?: EventIdFormat): value is EventId {
  if (typeof value !== "string") return false;
  const parts = readEventId(value);
  if (typeof parts === "string" || parts.format === "unknown") return false;
  if (format === undefined || parts.format === format) return true;
  return format === "hash" && standardHash.test(parts.opaque);
}
