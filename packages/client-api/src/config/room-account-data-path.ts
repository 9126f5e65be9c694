import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of account data for a room. */
export interface RoomAccountDataPath {
  userId: UserId;
  roomId: RoomId;
  type: string;
}

/** Checks a {@link RoomAccountDataPath}. */
export const RoomAccountDataPath: Model<RoomAccountDataPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RoomAccountDataPath>({ userId: UserId, roomId: RoomId, type: z.string() }),
);
