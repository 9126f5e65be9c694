/**
 * The push gateway API as typed endpoints.
 *
 * @packageDocumentation
 */
export * from "./notify.ts";
