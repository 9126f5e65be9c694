import { independent, model, type Model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { type RoomSummary, roomSummaryShape } from "../room/room-summary.ts";
import { SpaceChildStateEvent } from "./space-child-state-event.ts";

/** A room of a space, with the rooms under it. */
export interface SpaceHierarchyRoom extends RoomSummary {
  /** The `m.space.child` events of the room. */
  children_state: SpaceChildStateEvent[];
}

/** Checks a {@link SpaceHierarchyRoom}. */
export const SpaceHierarchyRoom: Model<SpaceHierarchyRoom> = /* @__PURE__ */ model(() =>
  obj<SpaceHierarchyRoom>({ ...roomSummaryShape(), children_state: independent(z.array(SpaceChildStateEvent.schema)) }),
);
