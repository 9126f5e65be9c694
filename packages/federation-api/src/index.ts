/**
 * The server-server API as typed endpoints.
 *
 * @packageDocumentation
 */
export {};
