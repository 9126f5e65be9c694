import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";

/** Path variables of a user and a room. */
export interface RoomUserPath {
  userId: UserId;
  roomId: RoomId;
}

/** Checks a {@link RoomUserPath}. */
export const RoomUserPath: Model<RoomUserPath> = /* @__PURE__ */ paramsModel(() => obj<RoomUserPath>({ userId: UserId, roomId: RoomId }));
