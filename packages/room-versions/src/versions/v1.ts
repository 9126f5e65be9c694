import type { RedactedContent, RoomVersionRules } from "../room-version-rules.ts";

const content: ReadonlyMap<string, RedactedContent> = new Map<string, RedactedContent>([
  ["m.room.member", { keys: ["membership"] }],
  ["m.room.create", { keys: ["creator"] }],
  ["m.room.join_rules", { keys: ["join_rule"] }],
  [
    "m.room.power_levels",
    {
      keys: ["ban", "events", "events_default", "kick", "redact", "state_default", "users", "users_default"],
    },
  ],
  ["m.room.aliases", { keys: ["aliases"] }],
  ["m.room.history_visibility", { keys: ["history_visibility"] }],
]);

const topLevelKeys: ReadonlySet<string> = new Set([
  "event_id",
  "type",
  "room_id",
  "sender",
  "state_key",
  "content",
  "hashes",
  "signatures",
  "depth",
  "prev_events",
  "prev_state",
  "auth_events",
  "origin",
  "origin_server_ts",
  "membership",
]);

/**
 * Room version 1, from which the others derive.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v1/}
 */
export const v1: RoomVersionRules = Object.freeze({
  id: "1",
  disposition: "stable",
  eventIdFormat: "opaque",
  roomIdFormat: "opaque",
  eventsReferenceFormat: "id-and-hash",
  stateResolution: "v1",
  enforceKeyValidity: false,
  authorization: Object.freeze({
    specialCaseRoomRedaction: true,
    specialCaseRoomAliases: true,
    strictCanonicalJson: false,
    limitNotificationsPowerLevels: false,
    knocking: false,
    restrictedJoinRule: false,
    knockRestrictedJoinRule: false,
    integerPowerLevels: false,
    useRoomCreateSender: false,
    explicitlyPrivilegeRoomCreators: false,
    additionalRoomCreators: false,
    roomCreateEventIdAsRoomId: false,
  }),
  redaction: Object.freeze({ topLevelKeys, content, contentFieldRedacts: false }),
  signatures: Object.freeze({
    checkEventIdServer: true,
    checkJoinAuthorisedViaUsersServer: false,
  }),
  eventFormat: Object.freeze({
    requireEventId: true,
    requireRoomCreateRoomId: true,
    allowRoomCreateInAuthEvents: true,
    countFieldsInCodePoints: true,
    maxDepth: 2 ** 63,
  }),
});
