import type { MembershipList } from "../../rooms/read/memberships-at.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import type { Room } from "../../rooms/room.ts";
import type { RoomMarks } from "../cuts/sync-sources.ts";
import { combineConfigs, type RoomConfig } from "./room-config.ts";
import { filterRooms, type FilterParts } from "./room-filters.ts";
import type { ListViewer, RoomList } from "./room-list.ts";
import type { ListRequest, SlidingRequest } from "./sliding-request.ts";

/** A room that a request is about. */
export interface WindowRoom {
  readonly room: Room;
  readonly membership: UserMembership;
  readonly config: RoomConfig;
  /** Keys of the lists in whose windows it is. */
  readonly lists: readonly string[];
  readonly isSubscribed: boolean;
}

/** The rooms that a request is about, subscribed ones first, and how many each list has. */
export interface Windows {
  readonly rooms: ReadonlyMap<number, WindowRoom>;
  readonly counts: ReadonlyMap<string, number>;
}

/** What windows are worked out from. */
export interface WindowParts extends FilterParts {
  readonly list: RoomList;
}

/** What a request is about, as it is being worked out. */
interface OpenWindowRoom extends Pick<WindowRoom, "room" | "membership" | "isSubscribed"> {
  readonly configs: RoomConfig[];
  readonly lists: string[];
}

/** Works out which rooms a request is about. */
export async function readWindows(
  parts: WindowParts,
  { lists, subscriptions }: Pick<SlidingRequest, "lists" | "subscriptions">,
  viewer: ListViewer & {
    readonly marks: RoomMarks;
    readonly memberships: MembershipList;
    readonly byRoom: ReadonlyMap<number, UserMembership>;
  },
): Promise<Windows> {
  await parts.list.prepare(viewer.memberships, viewer);
  const found = new Map<number, OpenWindowRoom>();
  for (const [roomId, config] of subscriptions) {
    const open = subscribed(parts, roomId, viewer);
    if (open) found.set(open.room.nid, { ...open, isSubscribed: true, configs: [config], lists: [] });
  }
  const counts = new Map<string, number>();
  const candidates = lists.length === 0 ? [] : parts.list.candidates(viewer.memberships, viewer);
  for (const list of lists) {
    const rooms = await filterRooms(parts, candidates, list.filters, viewer);
    counts.set(list.name, rooms.length);
    for (const place of placesIn(list, rooms.length)) {
      const candidate = rooms[place];
      if (!candidate) continue;
      const { room, membership } = candidate;
      const open = found.get(room.nid) ?? { room, membership, isSubscribed: false, configs: [], lists: [] };
      open.configs.push(list.config);
      open.lists.push(list.name);
      found.set(room.nid, open);
    }
  }
  return { rooms: new Map(Array.from(found, ([nid, open]) => [nid, closed(open)])), counts };
}

function closed({ configs, ...room }: OpenWindowRoom): WindowRoom {
  return { ...room, config: combineConfigs(configs) };
}

/** A subscribed room, if the user may see it: one who is in, may come in or has been in. */
function subscribed(
  { rooms, list }: { readonly rooms: Rooms; readonly list: RoomList },
  roomId: string,
  viewer: ListViewer & { readonly byRoom: ReadonlyMap<number, UserMembership> },
): Pick<WindowRoom, "room" | "membership"> | undefined {
  const room = rooms.find(roomId);
  const membership = room && viewer.byRoom.get(room.nid);
  if (!membership || (membership.forgotten && !viewer.told.has(room.nid)) || list.isUnwanted(membership, viewer)) return undefined;
  const { membership: kind, leftPos } = membership;
  const isOver = kind === "leave" || kind === "ban";
  return isOver && leftPos === undefined && !viewer.told.has(room.nid) ? undefined : { room, membership };
}

/** The places of the windows of a list, each once, in order. */
function* placesIn({ ranges }: ListRequest, count: number): Generator<number> {
  if (!ranges) {
    for (let place = 0; place < count; place++) yield place;
    return;
  }
  let next = 0;
  for (const [first, last] of ranges.toSorted((a, b) => a[0] - b[0]))
    for (let place = Math.max(first, next); place <= Math.min(last, count - 1); place++) {
      yield place;
      next = place + 1;
    }
}
