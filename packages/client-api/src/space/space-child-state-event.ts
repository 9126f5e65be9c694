import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** An `m.space.child` event, cut down. */
export interface SpaceChildStateEvent {
  content: JsonObject;
  state_key: string;
  type: string;
  sender: UserId;
  /** Milliseconds since the Unix epoch. */
  origin_server_ts: number;
}

/** Checks a {@link SpaceChildStateEvent}. */
export const SpaceChildStateEvent: Model<SpaceChildStateEvent> = /* @__PURE__ */ model(() =>
  obj<SpaceChildStateEvent>({ content: jsonObject(), state_key: z.string(), type: z.string(), sender: UserId, origin_server_ts: z.int() }),
);
