import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";

/** Path variables of a room. */
export interface RoomPath {
  roomId: RoomId;
}

/** Checks a {@link RoomPath}. */
export const RoomPath: Model<RoomPath> = /* @__PURE__ */ paramsModel(() => obj<RoomPath>({ roomId: RoomId }));
