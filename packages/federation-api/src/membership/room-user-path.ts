import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";

/** Path variables of a user in a room. */
export interface RoomUserPath {
  roomId: RoomId;
  userId: UserId;
}

/** Checks a {@link RoomUserPath}. */
export const RoomUserPath: Model<RoomUserPath> = /* @__PURE__ */ paramsModel(() => obj<RoomUserPath>({ roomId: RoomId, userId: UserId }));
