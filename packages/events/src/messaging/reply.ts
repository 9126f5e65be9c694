import type { EventId, UserId } from "@patrix/identifiers";
import type { RelatingContent } from "../relations/relating-content.ts";
import { getRelation } from "../relations/relation.ts";
import { withMentions } from "./with-mentions.ts";

/** The event that is answered. */
export interface ReplyTarget {
  readonly event_id: EventId;
  readonly sender: UserId;
  /** Tells whether the event is in a thread, which the reply then stays in. */
  readonly content?: object | undefined;
}

/** How {@link makeReply} answers. */
export interface ReplyOptions {
  /** Whether to notify the sender of the answered event. Default: `true`. */
  readonly mention?: boolean | undefined;
}

/**
 * Makes a content the answer to an event. An answer to an event in a thread stays in the thread.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#rich-replies}
 */
export function makeReply<C extends object>(content: C, target: ReplyTarget, options: ReplyOptions = {}): C & RelatingContent {
  const relation = getRelation(target.content ?? {});
  const thread = relation?.kind === "thread" ? { rel_type: "m.thread", event_id: relation.rootId, is_falling_back: false } : {};
  const reply = { ...content, "m.relates_to": { ...thread, "m.in_reply_to": { event_id: target.event_id } } };
  return options.mention === false ? reply : withMentions(reply, { userIds: [target.sender] });
}

/**
 * Makes a content a message in a thread that answers nothing in particular.
 *
 * @param rootId - The event with which the thread begins.
 * @param latestId - The latest event of the thread, for clients that do not know threads. Default: the root.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#threading}
 */
export function makeThreadReply<C extends object>(content: C, rootId: EventId, latestId: EventId = rootId): C & RelatingContent {
  const fallback = { is_falling_back: true, "m.in_reply_to": { event_id: latestId } };
  return { ...content, "m.relates_to": { rel_type: "m.thread", event_id: rootId, ...fallback } };
}
