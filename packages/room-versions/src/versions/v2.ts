import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v1 } from "./v1.ts";

/**
 * Room version 2: state resolution v2.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v2/}
 */
export const v2: RoomVersionRules = /* @__PURE__ */ derive(v1, {
  id: "2",
  stateResolution: "v2",
});
