import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v7 } from "./v7.ts";

/**
 * Room version 8: restricted rooms.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v8/}
 */
export const v8: RoomVersionRules = /* @__PURE__ */ derive(v7, {
  id: "8",
  authorization: { restrictedJoinRule: true },
  redaction: { content: { "m.room.join_rules": { keys: ["join_rule", "allow"] } } },
  signatures: { checkJoinAuthorisedViaUsersServer: true },
});
