/**
 * The identity service API as typed endpoints.
 *
 * @packageDocumentation
 */
export {};
