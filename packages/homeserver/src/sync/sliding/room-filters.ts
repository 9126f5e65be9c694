import { turnIfDue } from "../../turns.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { MembershipList } from "../../rooms/read/memberships-at.ts";
import type { RoomMarks } from "../cuts/sync-sources.ts";
import type { Candidate } from "./room-list.ts";
import type { RoomTraits, RoomTraitsReader } from "./room-traits.ts";
import type { RoomFilters } from "./sliding-request.ts";

/** What filters look at. */
export interface FilterParts {
  readonly rooms: Rooms;
  readonly traits: RoomTraitsReader;
}

/** Keeps the rooms that pass filters, in order. */
export async function filterRooms(
  { rooms, traits }: FilterParts,
  candidates: readonly Candidate[],
  filters: RoomFilters,
  viewer: { readonly marks: RoomMarks; readonly memberships: MembershipList },
): Promise<readonly Candidate[]> {
  const byMarks = candidates.filter((candidate) => passesMarks(candidate, filters, viewer.marks));
  const inSpaces = filters.spaces && (await childrenOfSpaces({ rooms, traits }, filters.spaces, viewer.memberships));
  const left = inSpaces ? byMarks.filter(({ room }) => inSpaces.has(room.id)) : byMarks;
  if (!asksForTraits(filters)) return left;
  const passed: Candidate[] = [];
  for (const candidate of left) {
    const turn = turnIfDue();
    if (turn) await turn;
    if (passesTraits(await traits.of(candidate), filters)) passed.push(candidate);
  }
  return passed;
}

function passesMarks({ room, membership }: Candidate, filters: RoomFilters, { direct, tags }: RoomMarks): boolean {
  const { isDm, isInvite, tags: wanted, notTags } = filters;
  if (isInvite !== undefined && (membership.membership === "invite") !== isInvite) return false;
  if (isDm !== undefined && direct.has(room.id) !== isDm) return false;
  const has = (names: readonly string[]): boolean => names.some((name) => tags.get(room.nid)?.has(name));
  return !(notTags && has(notTags)) && (!wanted || has(wanted));
}

/** The rooms that spaces have directly; spaces that the user is not in count for nothing. */
async function childrenOfSpaces(
  { rooms, traits }: FilterParts,
  spaces: readonly string[],
  memberships: MembershipList,
): Promise<ReadonlySet<string>> {
  const joined = new Set(memberships.flatMap(([nid, { membership }]) => (membership === "join" ? nid : [])));
  const children = new Set<string>();
  for (const spaceId of new Set(spaces)) {
    const space = rooms.find(spaceId);
    if (space && joined.has(space.nid)) for (const child of await traits.childrenOf(space.nid)) children.add(child);
  }
  return children;
}

function asksForTraits({ isEncrypted, roomTypes, notRoomTypes, nameLike }: RoomFilters): boolean {
  return isEncrypted !== undefined || roomTypes !== undefined || notRoomTypes !== undefined || nameLike !== undefined;
}

function passesTraits(traits: RoomTraits, { isEncrypted, roomTypes, notRoomTypes, nameLike }: RoomFilters): boolean {
  if (isEncrypted !== undefined && traits.isEncrypted !== isEncrypted) return false;
  if (notRoomTypes?.includes(traits.type) || roomTypes?.includes(traits.type) === false) return false;
  return nameLike === undefined || traits.name.includes(nameLike);
}
