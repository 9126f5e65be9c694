import { type Model, obj, paramsModel } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Path variables of a state event. */
export interface StateEventPath {
  roomId: RoomId;
  eventType: string;
  /** May be empty. */
  stateKey: string;
}

/** Checks a {@link StateEventPath}. */
export const StateEventPath: Model<StateEventPath> = /* @__PURE__ */ paramsModel(() =>
  obj<StateEventPath>({ roomId: RoomId, eventType: z.string(), stateKey: z.string() }),
);
