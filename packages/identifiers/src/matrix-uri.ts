import { IdentifierError, requireText } from "./errors.ts";
import { decodePart, encodePart, formatQuery, type MatrixLink, type ParsedMatrixLink, requireLink, toMatrixLink } from "./link-target.ts";

const grammar = /^matrix:(?:\/\/[^/?#]*\/)?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is;

const sigilOfType: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["u", "@"],
  ["r", "#"],
  ["roomid", "!"],
  // Names of the draft: read, never written.
  ["user", "@"],
  ["room", "#"],
]);
const typeOfSigil: ReadonlyMap<string, string> = /* @__PURE__ */ new Map([
  ["@", "u"],
  ["#", "r"],
  ["!", "roomid"],
]);

/**
 * Reads a `matrix:` URI. An authority and a fragment are ignored, and so is an action that does not go with the target.
 *
 * @throws {@link IdentifierError} `INVALID_URI` or `UNKNOWN_URI_TYPE`.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#matrix-uri-scheme}
 */
export function parseMatrixUri(text: string): ParsedMatrixLink {
  requireText(text, "matrix: URI");
  const match = grammar.exec(text);
  if (match === null) throw new IdentifierError("INVALID_URI", "matrix: URI");
  const [type, id, eventType, ...event] = (match[1] ?? "").split("/");
  const sigil = sigilOfType.get(type ?? "");
  if (sigil === undefined) throw new IdentifierError("UNKNOWN_URI_TYPE", "matrix: URI");
  if (id === undefined || id === "") throw new IdentifierError("INVALID_URI", "matrix: URI");
  if (eventType !== undefined && eventType !== "e" && eventType !== "event") throw new IdentifierError("UNKNOWN_URI_TYPE", "matrix: URI");
  // Event IDs of room version 3 may have slashes, which some writers leave as they are.
  const eventId = eventType === undefined ? undefined : `$${decodePart(event.join("/"))}`;
  return toMatrixLink(sigil + decodePart(id), eventId, match[2] ?? "");
}

/**
 * Formats a `matrix:` URI.
 *
 * @throws {@link IdentifierError} `INVALID_URI` or `INVALID_SERVER_NAME` when the parts are not identifiers.
 * @example
 * formatMatrixUri({ id: "@alice:example.org", action: "chat" }); // matrix:u/alice:example.org?action=chat
 */
export function formatMatrixUri(link: MatrixLink): string {
  requireLink(link);
  const path = `${typeOfSigil.get(link.id.charAt(0)) ?? ""}/${encodePart(link.id.slice(1))}`;
  const event = link.eventId === undefined ? "" : `/e/${encodePart(link.eventId.slice(1))}`;
  const via = (link.via ?? []).map((server) => ["via", server] as const);
  return `matrix:${path}${event}${formatQuery([["action", link.action], ...via])}`;
}
