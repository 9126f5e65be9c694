import { model, type Model, obj, type OpenEnum, openEnum } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.presence`: whether a user is there.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mpresence}
 */
export interface PresenceContent {
  /** Not checked, as empty strings occur. */
  avatar_url?: string | undefined;
  displayname?: string | undefined;
  /** Milliseconds since the user last did something. */
  last_active_ago?: number | undefined;
  presence: OpenEnum<"online" | "offline" | "unavailable">;
  currently_active?: boolean | undefined;
  status_msg?: string | undefined;
}
/** Checks the content of `m.presence`. */
export const PresenceContent: Model<PresenceContent> = /* @__PURE__ */ model(() =>
  obj<PresenceContent>({
    avatar_url: z.optional(z.string()),
    displayname: z.optional(z.string()),
    last_active_ago: z.optional(z.number()),
    presence: openEnum(["online", "offline", "unavailable"]),
    currently_active: z.optional(z.boolean()),
    status_msg: z.optional(z.string()),
  }),
);

/** An `m.presence` event, as `/sync` gives it. */
export interface PresenceEvent {
  type: "m.presence";
  /** Whose presence it is. */
  sender: UserId;
  content: PresenceContent;
}
/** Checks {@link PresenceEvent}. */
export const PresenceEvent: Model<PresenceEvent> = /* @__PURE__ */ model(() =>
  obj<PresenceEvent>({ type: z.literal("m.presence"), sender: UserId, content: PresenceContent.schema }),
);

declare module "../registry/define.ts" {
  interface EphemeralEventMap {
    "m.presence": PresenceContent;
  }
}

/** Defines `m.presence`. */
export const presence: EventDefinition<"ephemeral", "m.presence", PresenceContent> = /* @__PURE__ */ defineEvent(
  "ephemeral",
  "m.presence",
  PresenceContent,
);
