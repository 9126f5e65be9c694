import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v8 } from "./v8.ts";

/**
 * Room version 9: redacting a restricted join keeps the user who authorised it.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v9/}
 */
export const v9: RoomVersionRules = /* @__PURE__ */ derive(v8, {
  id: "9",
  redaction: {
    content: { "m.room.member": { keys: ["membership", "join_authorised_via_users_server"] } },
  },
});
