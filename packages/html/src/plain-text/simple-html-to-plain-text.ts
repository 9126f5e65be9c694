import { writePlainText } from "../write-plain-text.ts";
import { parseSimpleHtml } from "./parse-simple-html.ts";

/**
 * Writes HTML as plain text exactly as `htmlToPlainText` of the main entry does, where it is written simply: balanced tags in small letters,
 * attributes in double quotes, paragraphs, lists, quotations and emphasis. `undefined` for all other HTML, such as tables. Takes a twentieth
 * of the code. Never throws.
 *
 * @example
 * simpleHtmlToPlainText("<p>a <b>b</b></p>"); // "a b"
 */
export function simpleHtmlToPlainText(html: string): string | undefined {
  const nodes = parseSimpleHtml(html);
  return nodes && writePlainText(nodes);
}
