import { LiveListValue } from "../live/live-list.ts";
import type { Room } from "./room.ts";
import type { RoomListFilter, RoomListOptions } from "./rooms.ts";

/** Whether a room is one of those that a filter wants. */
export function matchesFilter(room: Room, { kind, unread, favourite, replaced = false, name }: RoomListFilter): boolean {
  if (room.membership !== (kind === "invite" ? "invite" : "join")) return false;
  if (room.isReplaced !== replaced) return false;
  if (kind === "space" ? !room.isSpace : kind !== undefined && room.isSpace) return false;
  if (kind === "dm" ? !room.isDirect : kind === "room" && room.isDirect) return false;
  if (unread === true && room.unread.notifications === 0 && !room.unread.marked) return false;
  if (favourite === true && !room.tags.has("m.favourite")) return false;
  return name === undefined || room.name.toLowerCase().includes(name.toLowerCase());
}

const orders = {
  recency: (a: Room, b: Room): number => b.lastActivityTs - a.lastActivityTs || compareTexts(a.id, b.id),
  name: (a: Room, b: Room): number => a.name.localeCompare(b.name) || compareTexts(a.id, b.id),
};

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** A list of rooms that whoever owns the rooms brings up to date. */
export class RoomList extends LiveListValue<Room> {
  #filter: RoomListFilter;
  readonly #order: (a: Room, b: Room) => number;
  readonly #all: () => Iterable<Room>;

  constructor(all: () => Iterable<Room>, { filter = {}, sort = "recency" }: RoomListOptions = {}) {
    super([]);
    this.#all = all;
    this.#filter = filter;
    this.#order = typeof sort === "function" ? sort : orders[sort];
    this.refresh();
  }

  /** Shows other rooms. */
  setFilter(filter: RoomListFilter): void {
    this.#filter = filter;
    this.refresh();
  }

  /** Lists anew. `touched` rooms have changed. */
  refresh(touched?: ReadonlySet<Room>): void {
    this.update([...this.#all()].filter((room) => matchesFilter(room, this.#filter)).sort(this.#order), touched);
  }
}
