import { type Model, model, obj } from "@patrix/api";
import * as z from "zod/mini";
import { defineEvent, type EventDefinition } from "../registry/define.ts";

/** An emoji and how often it was used. */
export interface RecentEmoji {
  emoji: string;
  total: number;
}
/** Checks {@link RecentEmoji}. */
export const RecentEmoji: Model<RecentEmoji> = /* @__PURE__ */ model(() => obj<RecentEmoji>({ emoji: z.string(), total: z.number() }));

/**
 * Content of `m.recent_emoji`: emoji that the user has used, most recent first.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#mrecent_emoji}
 */
export interface RecentEmojiContent {
  recent_emoji: RecentEmoji[];
}
/** Checks the content of `m.recent_emoji`. */
export const RecentEmojiContent: Model<RecentEmojiContent> = /* @__PURE__ */ model(() =>
  obj<RecentEmojiContent>({ recent_emoji: z.array(RecentEmoji.schema) }),
);

declare module "../registry/define.ts" {
  interface GlobalAccountDataEventMap {
    "m.recent_emoji": RecentEmojiContent;
  }
}

/** Defines `m.recent_emoji`. */
export const recentEmoji: EventDefinition<"global-account-data", "m.recent_emoji", RecentEmojiContent> = /* @__PURE__ */ defineEvent(
  "global-account-data",
  "m.recent_emoji",
  RecentEmojiContent,
);
