import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v2 } from "./v2.ts";

/**
 * Room version 3: event IDs are reference hashes, and redactions are no matter of the authorization rules.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v3/}
 */
export const v3: RoomVersionRules = /* @__PURE__ */ derive(v2, {
  id: "3",
  eventIdFormat: "hash-base64",
  eventsReferenceFormat: "id",
  authorization: { specialCaseRoomRedaction: false },
  signatures: { checkEventIdServer: false },
  eventFormat: { requireEventId: false },
});
