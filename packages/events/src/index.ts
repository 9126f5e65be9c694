/**
 * Typed Matrix events: envelopes, contents and the registry.
 *
 * @packageDocumentation
 */
export {};
