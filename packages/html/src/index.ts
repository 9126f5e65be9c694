/**
 * The HTML subset of Matrix messages: sanitizer, reply-fallback removal, plain text.
 *
 * @packageDocumentation
 */
export {};
