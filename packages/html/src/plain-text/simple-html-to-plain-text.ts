import { writePlainText } from "../write-plain-text.ts";
import { parseForText } from "./text-tree.ts";

/**
 * Writes HTML as plain text as `htmlToPlainText` of the main entry does, with a tenth of the code. Where HTML is written so that only the whole
 * algorithm of the standard knows what was meant, words may stand in another line; names of characters that HTML 4 did not have stay as they are.
 * For what is shown to others as it is, not for what decides on anything. Never throws.
 *
 * @example
 * simpleHtmlToPlainText("<p>a <b>b</b></p>"); // "a b"
 */
export function simpleHtmlToPlainText(html: string): string {
  return writePlainText(parseForText(html));
}
