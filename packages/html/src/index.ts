/**
 * The HTML subset of Matrix messages: sanitizer, reply-fallback removal, plain text; and what a web page says of itself.
 *
 * @packageDocumentation
 */
export type { SanitizeMode } from "./allowed-elements.ts";
export { escapeHtml } from "./escape-html.ts";
export { htmlToPlainText } from "./html-to-plain-text.ts";
export { maxHtmlLength } from "./parse-fragment.ts";
export { PageScanner } from "./page-scanner.ts";
export type { PageMetadata } from "./page-scanner.ts";
export { removeReplyFallback } from "./remove-reply-fallback.ts";
export type { MarkedElement, Marks, PlainTextOptions } from "./write-plain-text.ts";
export { sanitizeHtml } from "./sanitize-html.ts";
export type { SanitizeOptions } from "./sanitize-html.ts";
