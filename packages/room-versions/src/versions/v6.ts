import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v5 } from "./v5.ts";

/**
 * Room version 6: strict canonical JSON, notification levels are protected, `m.room.aliases` is an ordinary event.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v6/}
 */
export const v6: RoomVersionRules = /* @__PURE__ */ derive(v5, {
  id: "6",
  authorization: {
    specialCaseRoomAliases: false,
    strictCanonicalJson: true,
    limitNotificationsPowerLevels: true,
  },
  redaction: { content: { "m.room.aliases": undefined } },
  eventFormat: { maxDepth: Number.MAX_SAFE_INTEGER },
});
