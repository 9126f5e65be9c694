/**
 * The push gateway API as typed endpoints.
 *
 * @packageDocumentation
 */
export * from "./send-event-notification.ts";
