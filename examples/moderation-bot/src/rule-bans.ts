import { maxPolicyRules, type PolicyRule } from "@patrix/bot";
import type { Room, RoomId, UserId } from "@patrix/client";

/** What a ban says of the list whose rule asked for it: the room remembers it, over restarts and on every machine. */
const mark = "org.patrix.moderation.list";

/** Bans somebody, and says in the ban which list it is for. */
export async function banByRule(room: Room, user: UserId, { reason, listId }: PolicyRule): Promise<void> {
  const content = { membership: "ban" as const, reason, [mark]: listId };
  await room.state.set("m.room.member", content, user);
}

/** Whom the bot has banned from a room for a rule of some list, and nobody has banned anew since. Needs to know all members. */
export function bannedByRules(room: Room, ownId: UserId): readonly { readonly user: UserId; readonly listId: unknown }[] {
  return (
    room.state
      .all("m.room.member")
      .filter(({ content, sender }) => content.membership === "ban" && sender === ownId && mark in content)
      // State keys of member events are user IDs, which the server checked.
      .map(({ key, content }) => ({ user: key as UserId, listId: Reflect.get(content, mark) as unknown }))
  );
}

/**
 * The lists of which it is known that they have no other rules about users: of one that cannot be read, or not to its end, nothing is known to be taken back.
 *
 * @param rules - What was read of them.
 */
export function wholeLists(
  lists: readonly (Pick<Room, "id" | "membership"> | undefined)[],
  rules: readonly PolicyRule[],
): ReadonlySet<unknown> {
  const countOf = (id: RoomId): number => rules.filter(({ kind, listId }) => kind === "user" && listId === id).length;
  return new Set(lists.flatMap((list) => (list?.membership === "join" && countOf(list.id) < maxPolicyRules ? [list.id] : [])));
}
