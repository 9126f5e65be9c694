import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v3 } from "./v3.ts";

/**
 * Room version 4: event IDs are in URL-safe base64.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v4/}
 */
export const v4: RoomVersionRules = /* @__PURE__ */ derive(v3, {
  id: "4",
  eventIdFormat: "hash-base64url",
});
