import type { UserId } from "@patrix/identifiers";
import { Mentions } from "../relations/mentions.ts";
import type { RelatingContent } from "../relations/relating-content.ts";

/** Whom to notify. */
export interface MentionTargets {
  readonly userIds?: readonly UserId[] | undefined;
  /** Whether to notify everyone in the room. Default: `false`. */
  readonly room?: boolean | undefined;
}

/**
 * Adds mentions to those of a content. Without any target it makes sure that `m.mentions` is there, which keeps old
 * clients from guessing.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#user-and-room-mentions}
 */
export function withMentions<C extends object>(content: C, targets: MentionTargets): C & RelatingContent {
  const before = getMentions(content);
  const userIds = [...new Set([...(before.user_ids ?? []), ...(targets.userIds ?? [])])];
  const users = userIds.length > 0 ? { user_ids: userIds } : {};
  const room = before.room === true || targets.room === true ? { room: true } : {};
  return { ...content, "m.mentions": { ...before, ...users, ...room } };
}

/** Reads whom an event is meant to notify; nobody where `m.mentions` is absent or malformed. */
export function getMentions(content: object): Mentions {
  const result = Mentions.safeParse("m.mentions" in content ? content["m.mentions"] : undefined);
  return result.ok ? result.value : {};
}
