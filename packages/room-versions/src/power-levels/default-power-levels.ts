/** A property of `m.room.power_levels` that holds one level. */
export type PowerLevelName = "ban" | "events_default" | "invite" | "kick" | "redact" | "state_default" | "users_default";

/** What a property of `m.room.power_levels` counts as where it is absent, or where there is no such event. */
export const DEFAULT_POWER_LEVELS: Readonly<Record<PowerLevelName, number>> = /* @__PURE__ */ Object.freeze({
  users_default: 0,
  events_default: 0,
  state_default: 50,
  ban: 50,
  redact: 50,
  kick: 50,
  invite: 0,
});

/** The level that a kind of notification asks for where `notifications` does not say. */
export const DEFAULT_NOTIFICATION_LEVEL = 50;
