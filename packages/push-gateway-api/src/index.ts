/**
 * The push gateway API as a typed endpoint.
 *
 * @packageDocumentation
 */
export {};
