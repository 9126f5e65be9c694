/**
 * The client-server API as typed endpoints.
 *
 * @packageDocumentation
 */
export {};
