import { type JsonObject, jsonObject, type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * A state event cut down to what someone outside the room may see, as it comes with invites and knocks.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#stripped-state}
 */
export interface StrippedStateEvent {
  type: string;
  state_key: string;
  sender: UserId;
  /** Not checked by the envelope; see the content model of the type. */
  content: JsonObject;
}
/** Checks a {@link StrippedStateEvent}; the content is not looked at. */
export const StrippedStateEvent: Model<StrippedStateEvent> = /* @__PURE__ */ model(() =>
  obj<StrippedStateEvent>({ type: z.string(), state_key: z.string(), sender: UserId, content: jsonObject() }),
);
