import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a room's tag. */
export interface TagPath {
  userId: UserId;
  roomId: RoomId;
  tag: string;
}

/** Checks a {@link TagPath}. */
export const TagPath: Model<TagPath> = /* @__PURE__ */ paramsModel(() => obj<TagPath>({ userId: UserId, roomId: RoomId, tag: z.string() }));
