import { memberDisplayName } from "@patrix/events";
import type { UserId } from "@patrix/identifiers";
import { powerLevelsOf } from "./power-levels.ts";
import { type RoomData, stateContent, type StateEntry, textOf } from "./room-data.ts";

/** A user in a room, as of when it was asked for. */
export interface Member {
  readonly id: UserId;
  /** Display name, or the user ID where there is none. */
  readonly name: string;
  /** The name, with the user ID where another member has the same name. */
  readonly disambiguated: string;
  /** `Infinity` for creators from room version 12 on. */
  readonly powerLevel: number;
  /** `join`, `invite`, `knock`, `leave` or `ban`. */
  readonly membership: string;
  /** `mxc:` URI. */
  readonly avatar: string | undefined;
}

type MemberEntries = ReadonlyMap<string, StateEntry>;
/** How many members have a name, counted once for each version of the member list. */
const nameCounts = new WeakMap<MemberEntries, ReadonlyMap<string, number>>();

function countNames(members: MemberEntries): ReadonlyMap<string, number> {
  const known = nameCounts.get(members);
  if (known) return known;
  const counts = new Map<string, number>();
  for (const [id, { content }] of members) {
    if (content["membership"] !== "join" && content["membership"] !== "invite") continue;
    const name = textOf(content, "displayname") ?? id;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  nameCounts.set(members, counts);
  return counts;
}

/**
 * Describes a user in a room, whether or not their member event is known.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-user}
 */
export function describeMember(room: RoomData, id: UserId): Member {
  const members = room.state.get("m.room.member");
  const content = members?.get(id)?.content;
  const name = textOf(content, "displayname") ?? id;
  const isShared = name !== id && members !== undefined && (countNames(members).get(name) ?? 0) > 1;
  // A name that looks like a user ID could pass for that user.
  const isMisleading = name !== id && /^@.*:/.test(name);
  return Object.freeze({
    id,
    name,
    disambiguated: memberDisplayName(id, name, isShared || isMisleading),
    powerLevel: powerLevelsOf(room).userLevel(id),
    membership: textOf(content, "membership") ?? "leave",
    avatar: textOf(content, "avatar_url"),
  });
}

/** Every known member who joined or is invited. */
export function listMembers(room: RoomData): readonly Member[] {
  const ids = [...(room.state.get("m.room.member") ?? [])].filter(
    ([, { content }]) => content["membership"] === "join" || content["membership"] === "invite",
  );
  // State keys of member events are user IDs, which the server checked.
  return ids.map(([id]) => describeMember(room, id as UserId));
}

/** Whether the state knows a user at all. */
export function isKnownMember(room: RoomData, id: UserId): boolean {
  return stateContent(room, "m.room.member", id) !== undefined;
}
