import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v4 } from "./v4.ts";

/**
 * Room version 5: signing keys must have been valid when the event was sent.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v5/}
 */
export const v5: RoomVersionRules = /* @__PURE__ */ derive(v4, {
  id: "5",
  enforceKeyValidity: true,
});
