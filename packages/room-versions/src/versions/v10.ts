import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v9 } from "./v9.ts";

/**
 * Room version 10: integer power levels and the join rule `knock_restricted`.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v10/}
 */
export const v10: RoomVersionRules = /* @__PURE__ */ derive(v9, {
  id: "10",
  authorization: { knockRestrictedJoinRule: true, integerPowerLevels: true },
});
