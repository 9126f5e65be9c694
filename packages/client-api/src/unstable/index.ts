/**
 * What open proposals add to the client-server API. It may change in any release.
 *
 * @packageDocumentation
 */
// Written by `pnpm run surface`.
export * from "./msc1763-retention.ts";
export * from "./msc2666-mutual-rooms.ts";
export * from "./msc3391-delete-account-data.ts";
export * from "./msc3814-dehydrated-device.ts";
export * from "./msc3983-claim-multiple-keys.ts";
export * from "./msc4108-rendezvous.ts";
export * from "./msc4140-delayed-events.ts";
export * from "./msc4143-rtc-transports.ts";
export * from "./msc4186-simplified-msc3575-sync.ts";
export * from "./msc4186-sliding-sync-extensions.ts";
export * from "./msc4186-sliding-sync.ts";
export * from "./msc4222-state-after.ts";
export * from "./msc4306-thread-subscriptions.ts";
export * from "./msc4308-thread-subscription-changes.ts";
export * from "./msc4354-sticky-events.ts";
export * from "./msc4383-server-version.ts";
export * from "./msc4388-rendezvous.ts";
