import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";

/** Body that names a user and the reason of a membership change. */
export interface UserReasonBody {
  user_id: UserId;
  /** A text for people. */
  reason?: string | undefined;
}

/** Checks a {@link UserReasonBody}. */
export const UserReasonBody: Model<UserReasonBody> = /* @__PURE__ */ model(() =>
  obj<UserReasonBody>({ user_id: UserId, reason: z.optional(z.string()) }),
);
