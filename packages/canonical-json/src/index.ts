/**
 * Canonical JSON: a strict encoder, and a strict parser that reports what `JSON.parse` hides.
 *
 * @packageDocumentation
 */
export {};
