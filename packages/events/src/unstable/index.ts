/**
 * What open proposals add to the typed Matrix events. It may change in any release.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./msc1763-retention.ts";
export * from "./msc2448-blurhash.ts";
export * from "./msc2867-marked-unread.ts";
export * from "./msc3230-space-order.ts";
export * from "./msc3245-voice.ts";
export * from "./msc3381-poll-results.ts";
export * from "./msc3381-polls.ts";
export * from "./msc3401-call-member.ts";
export * from "./msc3488-location.ts";
export * from "./msc3489-beacon.ts";
export * from "./msc4075-rtc-notification.ts";
export * from "./msc4140-delayed-events.ts";
export * from "./msc4155-invite-filtering.ts";
export * from "./msc4171-functional-members.ts";
export * from "./msc4274-gallery.ts";
export * from "./msc4278-media-preview-config.ts";
export * from "./msc4293-redact-on-ban.ts";
export * from "./msc4310-rtc-decline.ts";
export * from "./msc4354-sticky.ts";
export * from "./unstable-events.ts";
