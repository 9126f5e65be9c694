import { parseFragment } from "./parse-fragment.ts";
import { type PlainTextOptions, writePlainText } from "./write-plain-text.ts";

/**
 * Writes HTML as plain text, for the `body` beside a `formatted_body`, for notifications and for terminals.
 *
 * Blocks become lines, list items get `- ` or their number, quotations `> `, table cells are separated by tabs, images give
 * their alternative text. Spoilers are hidden as `[Spoiler]` or `[Spoiler: reason]`. The reply fallback and elements without
 * text, such as scripts, are left out. Input is read up to {@link maxHtmlLength} code units. Never throws.
 *
 * @example
 * htmlToPlainText("<p>Two:</p><ol><li>a</li><li>b</li></ol>"); // "Two:\n\n1. a\n2. b"
 */
export function htmlToPlainText(html: string, options?: PlainTextOptions): string {
  return writePlainText(parseFragment(html), options);
}
