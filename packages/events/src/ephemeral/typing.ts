import { type Model, model, obj } from "@patrix/api";
import { UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.typing`: who is typing in the room now.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mtyping}
 */
export interface TypingContent {
  user_ids: UserId[];
}
/** Checks the content of `m.typing`. */
export const TypingContent: Model<TypingContent> = /* @__PURE__ */ model(() => obj<TypingContent>({ user_ids: z.array(UserId) }));

declare module "../registry/define.ts" {
  interface EphemeralEventMap {
    "m.typing": TypingContent;
  }
}

/** Defines `m.typing`. */
export const typing: EventDefinition<"ephemeral", "m.typing", TypingContent> = /* @__PURE__ */ defineEvent(
  "ephemeral",
  "m.typing",
  TypingContent,
);
