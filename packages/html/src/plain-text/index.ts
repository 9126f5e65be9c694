/**
 * Plain text of HTML that a program has written itself, without the parser that the whole package needs.
 *
 * @packageDocumentation
 */
export { simpleHtmlToPlainText } from "./simple-html-to-plain-text.ts";
