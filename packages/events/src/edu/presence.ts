import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/** The presence of one user. */
export interface UserPresenceUpdate {
  user_id: UserId;
  presence: OpenEnum<"offline" | "unavailable" | "online">;
  status_msg?: string | undefined;
  /** Milliseconds since the user last did something. */
  last_active_ago: number;
  currently_active?: boolean | undefined;
}
/** Checks {@link UserPresenceUpdate}. */
export const UserPresenceUpdate: Model<UserPresenceUpdate> = /* @__PURE__ */ model(() =>
  obj<UserPresenceUpdate>({
    user_id: UserId,
    presence: openEnum(["offline", "unavailable", "online"]),
    status_msg: z.optional(z.string()),
    last_active_ago: z.int(),
    currently_active: z.optional(z.boolean()),
  }),
);

/**
 * Content of `m.presence` between servers.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-mpresence}
 */
export interface PresenceEduContent {
  push: UserPresenceUpdate[];
}
/** Checks the content of `m.presence`. */
export const PresenceEduContent: Model<PresenceEduContent> = /* @__PURE__ */ model(() =>
  obj<PresenceEduContent>({ push: z.array(UserPresenceUpdate.schema) }),
);

declare module "../registry/define.ts" {
  interface EduMap {
    "m.presence": PresenceEduContent;
  }
}

/** Defines the EDU `m.presence`. */
export const presenceEdu: EventDefinition<"edu", "m.presence", PresenceEduContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.presence",
  PresenceEduContent,
);
