import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v6 } from "./v6.ts";

/**
 * Room version 7: knocking.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v7/}
 */
export const v7: RoomVersionRules = /* @__PURE__ */ derive(v6, {
  id: "7",
  authorization: { knocking: true },
});
