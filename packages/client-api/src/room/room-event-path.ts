import { type Model, obj, paramsModel } from "@patrix/api";
import { EventId, RoomId } from "@patrix/identifiers";

/** Path variables of an event in a room. */
export interface RoomEventPath {
  roomId: RoomId;
  eventId: EventId;
}

/** Checks a {@link RoomEventPath}. */
export const RoomEventPath: Model<RoomEventPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RoomEventPath>({ roomId: RoomId, eventId: EventId }),
);
