import { type Model, model, obj } from "@patrix/api";
import { RoomId, UserId } from "@patrix/identifiers";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/**
 * Content of `m.typing` between servers: a user begins or stops typing.
 *
 * @see {@link https://spec.matrix.org/v1.19/server-server-api/#definition-mtyping}
 */
export interface TypingEduContent {
  room_id: RoomId;
  user_id: UserId;
  typing: boolean;
}
/** Checks the content of `m.typing`. */
export const TypingEduContent: Model<TypingEduContent> = /* @__PURE__ */ model(() =>
  obj<TypingEduContent>({ room_id: RoomId, user_id: UserId, typing: z.boolean() }),
);

declare module "../registry/define.ts" {
  interface EduMap {
    "m.typing": TypingEduContent;
  }
}

/** Defines the EDU `m.typing`. */
export const typingEdu: EventDefinition<"edu", "m.typing", TypingEduContent> = /* @__PURE__ */ defineEvent(
  "edu",
  "m.typing",
  TypingEduContent,
);
