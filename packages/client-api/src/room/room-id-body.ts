import { type Model, model, obj } from "@patrix/api";
import { RoomId } from "@patrix/identifiers";

/** Body that names a room. */
export interface RoomIdBody {
  /** The room. */
  room_id: RoomId;
}

/** Checks a {@link RoomIdBody}. */
export const RoomIdBody: Model<RoomIdBody> = /* @__PURE__ */ model(() => obj<RoomIdBody>({ room_id: RoomId }));
