import { derive } from "../derive.ts";
import type { RoomVersionRules } from "../room-version-rules.ts";
import { v11 } from "./v11.ts";

/**
 * Room version 12: the room ID is the hash of `m.room.create`, creators have infinite power, state resolution v2.1.
 *
 * @see {@link https://spec.matrix.org/v1.19/rooms/v12/}
 */
export const v12: RoomVersionRules = /* @__PURE__ */ derive(v11, {
  id: "12",
  roomIdFormat: "create-event-hash",
  stateResolution: "v2.1",
  authorization: {
    explicitlyPrivilegeRoomCreators: true,
    additionalRoomCreators: true,
    roomCreateEventIdAsRoomId: true,
  },
  eventFormat: { requireRoomCreateRoomId: false, allowRoomCreateInAuthEvents: false },
});
