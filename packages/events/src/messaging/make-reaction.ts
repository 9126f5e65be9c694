import type { EventId } from "@patrix/identifiers";
import type { ReactionContent } from "../room/reaction.ts";

/**
 * Makes the content of an `m.reaction` to an event.
 *
 * @param key usually an emoji.
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#event-annotations-and-reactions}
 */
export function makeReaction(targetId: EventId, key: string): ReactionContent {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: targetId, key } };
}
