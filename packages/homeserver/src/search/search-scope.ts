import type { RoomEventsCriteria } from "@patrix/client-api";
import { roomMatcher, typeMatcher } from "../rooms/read/event-filter.ts";
import type { IgnoredUsers } from "../rooms/read/bundled-aggregations.ts";
import type { Rooms } from "../rooms/rooms.ts";
import { type Candidate, marks, type SearchKey, searchKeys } from "./search-text.ts";
import type { SearchPlace } from "./search-token.ts";
import { occurrences, type SoughtWord } from "./search-words.ts";

/** The most rooms or senders that the index is asked for at once; with more, what it finds is sorted out. */
const FEW = 3;
/** As many, where most of what it finds would be sorted out. */
const MANY = 50;

/** Where a user searches, and for what. */
export interface ScopeQuery {
  readonly userNid: number;
  readonly criteria: RoomEventsCriteria;
  readonly sought: readonly SoughtWord[];
  /** Only this group of results. */
  readonly group: SearchPlace["group"];
}

/** What is searched: what the index is asked for, and what of it counts. */
export interface SearchScope {
  readonly words: string;
  readonly narrowed: string;
  readonly counts: (candidate: Candidate) => boolean;
}

/** What a user searches in: the rooms in which the user is or was, as far as the filter lets them through. `undefined` where there is nothing. */
export async function searchScope(
  rooms: Rooms,
  ignoredUsers: IgnoredUsers,
  { userNid, criteria, sought, group }: ScopeQuery,
): Promise<SearchScope | undefined> {
  const { filter = {} } = criteria;
  const keys = wantedKeys(criteria);
  const roomNids = await searchableRooms(rooms, userNid, (roomId) => isIn(group, "room_id", roomId) && roomMatcher(filter)(roomId));
  const { users } = rooms.core;
  const named = group?.key === "sender" ? (filter.senders ?? [group.value]).filter((userId) => userId === group.value) : filter.senders;
  const senders = named && new Set((await users.findAll(named)).values());
  if (sought.length === 0 || keys.length === 0 || roomNids.size === 0 || senders?.size === 0) return undefined;
  const unwanted = new Set((await users.findAll(await ignoredUsers(userNid))).values());
  // One's own events always count.
  unwanted.delete(userNid);
  for (const nid of (await users.findAll(filter.not_senders ?? [])).values()) unwanted.add(nid);
  const { contains_url: containsUrl } = filter;
  const asked = (most: number): readonly string[] => [
    ...sought.map(({ asked }) => asked),
    ...(keys.length < Object.keys(searchKeys).length ? [oneOf(keys.map(marks.key))] : []),
    ...(roomNids.size <= most ? [oneOf([...roomNids].map(marks.room))] : []),
    ...(senders && senders.size <= most ? [oneOf([...senders].map(marks.sender))] : []),
    ...(containsUrl === true ? [marks.url] : []),
  ];
  return {
    words: asked(FEW).join(" AND "),
    narrowed: asked(MANY).join(" AND "),
    counts: (candidate) =>
      roomNids.has(candidate.roomNid) &&
      senders?.has(candidate.senderNid) !== false &&
      !unwanted.has(candidate.senderNid) &&
      // Who has erased an account is not found by what it said.
      !rooms.erasedUsers.has(candidate.senderNid) &&
      (containsUrl !== false || !candidate.words.includes(` ${marks.url} `)) &&
      sought.every((word) => occurrences(candidate.words, word) > 0),
  };
}

function wantedKeys({ keys, filter }: RoomEventsCriteria): SearchKey[] {
  const matchesType = typeMatcher(filter);
  return (
    Object.entries(searchKeys)
      .filter(([key, type]) => (keys?.includes(key) ?? true) && (matchesType?.(type) ?? true))
      // The keys are those of the type.
      .map(([key]) => key as SearchKey)
  );
}

async function searchableRooms(rooms: Rooms, userNid: number, includes: (roomId: string) => boolean): Promise<Set<number>> {
  const nids = new Set<number>();
  for (const [nid, { membership, leftPos, forgotten }] of await rooms.ofUser(userNid)) {
    const hasBeenIn = membership === "join" || (leftPos !== undefined && !forgotten);
    const room = hasBeenIn ? rooms.byNid(nid) : undefined;
    if (room && includes(room.id)) nids.add(nid);
  }
  return nids;
}

function isIn(group: SearchPlace["group"], key: string, value: string): boolean {
  return group?.key !== key || group.value === value;
}

function oneOf(words: readonly string[]): string {
  return words.length === 1 ? (words[0] ?? "") : `(${words.join(" OR ")})`;
}
