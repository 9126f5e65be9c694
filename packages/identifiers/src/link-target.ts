import { IdentifierError } from "./errors.ts";
import type { EventId } from "./event-id.ts";
import { isRoomAlias, type RoomAlias } from "./room-alias.ts";
import type { RoomId } from "./room-id.ts";
import type { OpenString } from "./schema.ts";
import { isServerName, type ServerName } from "./server-name.ts";
import { sigilProblem } from "./sigil-grammar.ts";
import { isUserId, type UserId } from "./user-id.ts";

/** What a matrix.to or `matrix:` URI refers to. */
export interface MatrixLink {
  /** The user or room. */
  readonly id: UserId | RoomId | RoomAlias;
  /** An event in the room; deprecated together with a room alias. */
  readonly eventId?: EventId | undefined;
  /** Servers through which the room or user may be reached. */
  readonly via?: readonly ServerName[] | undefined;
  /** What the link suggests to do; `join` goes with rooms and `chat` with users. Only in `matrix:` URIs. */
  readonly action?: OpenString<"join" | "chat"> | undefined;
}

/** A link that was read, with every part given. */
export interface ParsedMatrixLink extends MatrixLink {
  readonly eventId: EventId | undefined;
  readonly via: readonly ServerName[];
  readonly action: OpenString<"join" | "chat"> | undefined;
}

function isRoomIdLike(text: string): text is RoomId {
  return text.length > 1 && sigilProblem(text, "!") === undefined;
}

function isEventIdLike(text: string): text is EventId {
  return text.length > 1 && sigilProblem(text, "$") === undefined;
}

/** Whether a text can be what a link refers to; room IDs are opaque to it. */
export function isLinkTarget(text: string): text is MatrixLink["id"] {
  return isUserId(text) || isRoomAlias(text) || isRoomIdLike(text);
}

/** Puts a link together. @throws {@link IdentifierError} `INVALID_URI` when its parts are not identifiers or do not fit. */
export function toMatrixLink(id: string, eventId: string | undefined, query: string): ParsedMatrixLink {
  if (!isLinkTarget(id)) throw new IdentifierError("INVALID_URI", "Matrix link");
  if (eventId !== undefined && (id.startsWith("@") || !isEventIdLike(eventId))) throw new IdentifierError("INVALID_URI", "Matrix link");
  const via: ServerName[] = [];
  let action: string | undefined;
  for (const item of query.split("&")) {
    const [name, value] = readParameter(item);
    if (name === "via" && isServerName(value)) via.push(value);
    if (name === "action" && value !== (id.startsWith("@") ? "join" : "chat")) action ??= value;
  }
  return { id, eventId: eventId === undefined || !isEventIdLike(eventId) ? undefined : eventId, via, action };
}

function readParameter(item: string): readonly [string, string] {
  const equals = item.indexOf("=");
  if (equals < 0) return [item, ""];
  try {
    return [item.slice(0, equals), decodeURIComponent(item.slice(equals + 1))];
  } catch {
    return ["", ""]; // a parameter that cannot be read does not spoil the link
  }
}

/** Undoes percent-encoding. @throws {@link IdentifierError} `INVALID_URI`. */
export function decodePart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new IdentifierError("INVALID_URI", "Matrix link");
  }
}

/** Percent-encodes an identifier, but for the sigils and colons that a path may contain. @throws {@link IdentifierError} `INVALID_URI`. */
export function encodePart(text: string): string {
  try {
    return encodeURIComponent(text)
      .replaceAll("%40", "@")
      .replaceAll("%3A", ":")
      .replaceAll("%24", "$")
      .replace(/['()*]/g, escapeAscii);
  } catch {
    throw new IdentifierError("INVALID_URI", "Matrix link"); // a lone surrogate
  }
}

function escapeAscii(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** Formats the query of a link, with its question mark, or nothing. */
export function formatQuery(parameters: readonly (readonly [string, string | undefined])[]): string {
  const items = parameters.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${encodePart(value)}`]));
  return items.length === 0 ? "" : `?${items.join("&")}`;
}

/** Checks a link before it is formatted. @throws {@link IdentifierError} `INVALID_URI` or `INVALID_SERVER_NAME`. */
export function requireLink(link: MatrixLink): void {
  toMatrixLink(link.id, link.eventId, "");
  for (const server of link.via ?? []) if (!isServerName(server)) throw new IdentifierError("INVALID_SERVER_NAME", "Matrix link");
}
