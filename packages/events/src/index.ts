/**
 * Typed Matrix events: envelopes, contents and the registry.
 *
 * @packageDocumentation
 */
export * from "./envelopes/basic-event.ts";
export * from "./envelopes/client-event.ts";
export * from "./envelopes/edu.ts";
export * from "./envelopes/pdu.ts";
export * from "./envelopes/stripped-state-event.ts";
export * from "./envelopes/to-device-event.ts";
export * from "./envelopes/unsigned-data.ts";
