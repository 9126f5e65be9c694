/**
 * Matrix client: session, sync, rooms and sending.
 *
 * @packageDocumentation
 */
export {};
