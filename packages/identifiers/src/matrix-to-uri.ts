import { IdentifierError, requireText } from "./errors.ts";
import {
  decodePart,
  encodePart,
  formatQuery,
  isLinkTarget,
  type MatrixLink,
  type ParsedMatrixLink,
  requireLink,
  toMatrixLink,
} from "./link-target.ts";

const prefix = /^https:\/\/matrix\.to\/#\//i;

/**
 * Reads a matrix.to URI, also one whose identifiers are not percent-encoded or that ends in slashes.
 *
 * @throws {@link IdentifierError} `INVALID_URI`, or `UNKNOWN_URI_TYPE` for the groups of old.
 * @see {@link https://spec.matrix.org/v1.19/appendices/#matrixto-navigation}
 */
export function parseMatrixToUri(text: string): ParsedMatrixLink {
  requireText(text, "matrix.to URI");
  const match = prefix.exec(text);
  if (match === null) throw new IdentifierError("INVALID_URI", "matrix.to URI");
  const rest = text.slice(match[0].length);
  const question = rest.indexOf("?");
  const path = withoutTrailingSlashes(question < 0 ? rest : rest.slice(0, question));
  const query = question < 0 ? "" : rest.slice(question + 1);
  if (/^(?:\+|%2B)/i.test(path)) throw new IdentifierError("UNKNOWN_URI_TYPE", "matrix.to URI");
  const whole = decodePart(path);
  const event = /\/(?=\$|%24)/i.exec(path);
  if (event === null || (whole.startsWith("@") && isLinkTarget(whole))) return toMatrixLink(whole, undefined, query);
  return toMatrixLink(decodePart(path.slice(0, event.index)), decodePart(path.slice(event.index + 1)), query);
}

function withoutTrailingSlashes(path: string): string {
  let end = path.length;
  while (end > 0 && path[end - 1] === "/") end -= 1;
  return path.slice(0, end);
}

/**
 * Formats a matrix.to URI; an action is left out, because the form has none.
 *
 * @throws {@link IdentifierError} `INVALID_URI` or `INVALID_SERVER_NAME` when the parts are not identifiers.
 * @example
 * formatMatrixToUri({ id: "#somewhere:example.org" }); // https://matrix.to/#/%23somewhere:example.org
 */
export function formatMatrixToUri(link: MatrixLink): string {
  requireLink(link);
  const event = link.eventId === undefined ? "" : `/${encodePart(link.eventId)}`;
  return `https://matrix.to/#/${encodePart(link.id)}${event}${formatQuery((link.via ?? []).map((server) => ["via", server] as const))}`;
}
