import { requireText } from "./errors.ts";
import type { ParsedMatrixLink } from "./link-target.ts";
import { parseMatrixToUri } from "./matrix-to-uri.ts";
import { parseMatrixUri } from "./matrix-uri.ts";

/**
 * Reads a link in either form, `matrix:` or matrix.to.
 *
 * @throws {@link IdentifierError} `INVALID_URI` or `UNKNOWN_URI_TYPE`.
 * @example
 * parseMatrixLink("https://matrix.to/#/@alice:example.org").id; // "@alice:example.org"
 */
export function parseMatrixLink(text: string): ParsedMatrixLink {
  requireText(text, "Matrix link");
  return /^matrix:/i.test(text) ? parseMatrixUri(text) : parseMatrixToUri(text);
}
