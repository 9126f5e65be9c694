/**
 * Server discovery, key ring, X-Matrix and the federation client, over ports.
 *
 * @packageDocumentation
 */
export {};
