import { eventIn } from "../rooms/read/state-event.ts";
import type { RoomAccess, RoomReader } from "../rooms/read/room-reader.ts";
import type { Visibility } from "../rooms/read/visibility.ts";
import { LOADED_AT_ONCE, type Rooms } from "../rooms/rooms.ts";
import { earlierPlace, placeAfter } from "../rooms/timeline/place.ts";
import { turnIfDue } from "../turns.ts";
import type { Candidate } from "./search-text.ts";

/** What decides who sees what a search has found. */
export interface SightParts {
  readonly rooms: Rooms;
  readonly reader: RoomReader;
  readonly visibility: Visibility;
}

/** What of a search a user may see. */
export interface VisibleCandidates {
  /** In the order in which they were given. */
  readonly visible: readonly Candidate[];
  /** The rooms that they are in, by number. */
  readonly access: ReadonlyMap<number, RoomAccess>;
}

/** Keeps what a user may see. Rooms that are encrypted are not searched, whatever was said before they were. */
export async function visibleCandidates(parts: SightParts, userNid: number, candidates: readonly Candidate[]): Promise<VisibleCandidates> {
  const { rooms, reader } = parts;
  const byRoom = new Map<number, Candidate[]>();
  for (const candidate of candidates) {
    const ofRoom = byRoom.get(candidate.roomNid);
    if (ofRoom) ofRoom.push(candidate);
    else byRoom.set(candidate.roomNid, [candidate]);
  }
  const access = new Map<number, RoomAccess>();
  const seen = new Set<number>();
  const nids = [...byRoom.keys()];
  for (const [i, roomNid] of nids.entries()) {
    if (i % LOADED_AT_ONCE === 0) await rooms.loadAll(nids.slice(i, i + LOADED_AT_ONCE).map((nid) => ({ nid })));
    const turn = turnIfDue();
    if (turn) await turn;
    const readable = await readableStretch(reader, rooms.byNid(roomNid)?.id ?? "", userNid);
    if (!readable || (await eventIn(rooms, readable.state, "m.room.encryption"))) continue;
    access.set(roomNid, readable);
    for (const nid of await seenInRoom(parts, userNid, readable, byRoom.get(roomNid) ?? [])) seen.add(nid);
  }
  return { visible: candidates.filter(({ nid }) => seen.has(nid)), access };
}

/** What a user may read of a room, and nothing that came after the user left, also where anybody may read it. */
async function readableStretch(reader: RoomReader, roomId: string, userNid: number): Promise<RoomAccess | undefined> {
  const access = await reader.accessIfAllowed(roomId, userNid);
  const own = access?.room.view.members.get(userNid);
  if (!access || own?.membership === "join") return access;
  return own?.leftPos === undefined ? undefined : { ...access, upTo: earlierPlace(access.upTo, placeAfter(own.leftPos)) };
}

/** Members see what came since they are in, where messages are kept for ever; all else is looked at, one by one. */
async function seenInRoom(
  { rooms, visibility }: SightParts,
  userNid: number,
  { room, upTo }: RoomAccess,
  candidates: readonly Candidate[],
): Promise<number[]> {
  const seen: number[] = [];
  const unsure: number[] = [];
  for (const { nid, isInOrder } of candidates) {
    const place = placeAfter(nid);
    if (isInOrder && place > upTo) continue;
    if (isInOrder && visibility.hasBeenIn(room, userNid, place, Number.NEGATIVE_INFINITY)) seen.push(nid);
    else unsure.push(nid);
  }
  const events = [...(await rooms.events.load(unsure)).values()];
  const placed = events.filter(({ fields }) => fields.redactedBy === null && fields.place !== null && fields.place <= upTo);
  return [...seen, ...(await visibility.filter(room, userNid, placed)).map(({ nid }) => nid)];
}
