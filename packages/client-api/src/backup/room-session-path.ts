import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a session of a room. */
export interface RoomSessionPath {
  roomId: RoomId;
  sessionId: string;
}

/** Checks a {@link RoomSessionPath}. */
export const RoomSessionPath: Model<RoomSessionPath> = /* @__PURE__ */ paramsModel(() =>
  obj<RoomSessionPath>({ roomId: RoomId, sessionId: z.string() }),
);
