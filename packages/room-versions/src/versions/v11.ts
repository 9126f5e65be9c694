import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v10 } from "./v10.ts";

// `origin`, `membership` and `prev_state` no longer survive.
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
  "auth_events",
  "origin_server_ts",
]);

/**
 * Room version 11: redaction keeps what state depends on, and `redacts` moves into the content. Servers hold to 255 bytes in a field from it on.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v11/}
 */
export const v11: RoomVersionRules = /* @__PURE__ */ derive(v10, {
  id: "11",
  authorization: { useRoomCreateSender: true },
  eventFormat: { countFieldsInCodePoints: false },
  redaction: {
    topLevelKeys,
    content: {
      "m.room.member": {
        keys: ["membership", "join_authorised_via_users_server"],
        nested: new Map([["third_party_invite", ["signed"]]]),
      },
      "m.room.create": "all",
      "m.room.power_levels": {
        keys: ["ban", "events", "events_default", "invite", "kick", "redact", "state_default", "users", "users_default"],
      },
      "m.room.redaction": { keys: ["redacts"] },
    },
    contentFieldRedacts: true,
  },
});
