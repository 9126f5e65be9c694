/**
 * Plain text of HTML without the parser that the whole package needs.
 *
 * @packageDocumentation
 */
export { simpleHtmlToPlainText } from "./simple-html-to-plain-text.ts";
