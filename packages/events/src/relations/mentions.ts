import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/**
 * Whom an event is meant to notify, as `m.mentions`.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-and-room-mentions}
 */
export interface Mentions {
  user_ids?: UserId[] | undefined;
  /** Whether everyone in the room is meant. */
  room?: boolean | undefined;
}
/** Checks {@link Mentions}. */
export const Mentions: Model<Mentions> = /* @__PURE__ */ model(() =>
  obj<Mentions>({ user_ids: z.optional(z.array(UserId)), room: z.optional(z.boolean()) }),
);
