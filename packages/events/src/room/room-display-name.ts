/** What a room's display name is made of. */
export interface RoomNameSource {
  /** `name` of `m.room.name`. */
  readonly name?: string | undefined;
  /** `alias` of `m.room.canonical_alias`. */
  readonly alias?: string | null | undefined;
  /** Display names of `m.heroes`, disambiguated, without the user themselves. */
  readonly heroes: readonly string[];
  /** `m.joined_member_count`, the user themselves included. */
  readonly joinedCount: number;
  /** `m.invited_member_count`. */
  readonly invitedCount: number;
}

/** A room's display name before it is put into words of some language. */
export type RoomDisplayName =
  /** From `m.room.name` or `m.room.canonical_alias`. */
  | { readonly kind: "name" | "alias"; readonly text: string }
  /** The people in the room: those to name and how many others there are. */
  | { readonly kind: "members"; readonly heroes: readonly string[]; readonly others: number }
  /** The user is alone: who used to be there, as far as it is known. */
  | { readonly kind: "empty"; readonly heroes: readonly string[]; readonly others: number };

/**
 * Works out what to call a room.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-room}
 */
export function roomDisplayName(source: RoomNameSource): RoomDisplayName {
  if (source.name) return { kind: "name", text: source.name };
  if (source.alias) return { kind: "alias", text: source.alias };
  const members = source.joinedCount + source.invitedCount;
  const others = Math.max(0, members - 1 - source.heroes.length);
  return { kind: members > 1 ? "members" : "empty", heroes: source.heroes, others };
}

/** Puts a {@link RoomDisplayName} into English. */
export function formatRoomDisplayName(name: RoomDisplayName): string {
  if ("text" in name) return name.text;
  const others = name.others === 0 ? [] : [name.others === 1 ? "1 other" : `${name.others} others`];
  // Without anybody to name, "3 others" would be others than nobody.
  if (name.kind === "members" && name.heroes.length === 0) return `${name.others + 1} members`;
  const people = list([...name.heroes, ...others]);
  if (name.kind === "members") return people;
  return people ? `Empty Room (was ${people})` : "Empty Room";
}

function list(items: readonly string[]): string {
  if (items.length < 3) return items.join(" and ");
  return `${items.slice(0, -1).join(", ")}, and ${items.at(-1)}`;
}

/**
 * Works out what to call a member of a room: the display name, with the user ID where someone else has the same one.
 *
 * @see {@link https://spec.matrix.org/v1.19/client-server-api/#calculating-the-display-name-for-a-user}
 */
export function memberDisplayName(userId: string, displayname: string | null | undefined, isAmbiguous: boolean): string {
  if (!displayname) return userId;
  return isAmbiguous ? `${displayname} (${userId})` : displayname;
}
