import type { RoomId, UserId } from "@patrix/identifiers";
import type { BaseState, RoomData } from "../base/room-data.ts";
import { roomsInSpace } from "../base/room-kind.ts";
import { predecessorOf } from "../base/room-upgrades.ts";
import { LiveListValue } from "../live/live-list.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomListFilter, RoomListOptions, RoomListView } from "../rooms/rooms.ts";
import { type FilterContext, matchesFilter } from "./room-filter.ts";
import { type RoomOrder, roomOrder } from "./room-order.ts";

/** What a {@link RoomList} works with. */
export interface RoomListParts {
  readonly base: () => BaseState;
  readonly userId: () => UserId;
  readonly handle: (id: RoomId) => Room;
  /** Somebody begins to watch the list, or nobody does any more. */
  readonly onWatched?: ((list: RoomList, isWatched: boolean) => void) | undefined;
}

/** A list of rooms that whoever owns the rooms brings up to date. What it costs follows from what has changed, not from how many rooms there are. */
export class RoomList extends LiveListValue<Room> implements RoomListView {
  readonly #parts: RoomListParts;
  readonly #order: RoomOrder;
  readonly #step: number;
  #window: number;
  #filter: () => RoomListFilter;
  /** The filter and the rooms of its space as of the last listing. */
  #seen: { readonly filter: RoomListFilter; readonly inSpace: ReadonlySet<string> | undefined } | undefined;
  /** All rooms that are listed, in order, each as it was when it was put there. */
  #rooms: RoomData[] = [];
  readonly #listed = new Map<RoomId, RoomData>();

  constructor(parts: RoomListParts, { filter = {}, sort = "recency", window = Infinity }: RoomListOptions = {}) {
    super([]);
    this.#parts = parts;
    this.#filter = typeof filter === "function" ? filter : () => filter;
    this.#order = typeof sort === "function" ? (a, b) => sort(parts.handle(a.id), parts.handle(b.id)) : roomOrder(sort, parts.userId);
    this.#step = window;
    this.#window = window;
    this.refresh();
  }

  get total(): number {
    return this.#rooms.length;
  }

  setFilter(filter: RoomListFilter): void {
    this.#filter = () => filter;
    this.refresh();
  }

  more(): boolean {
    this.#window += this.#step;
    this.#show(new Set());
    return this.#window < this.#rooms.length;
  }

  /** Lists anew what has changed; everything, if that is not said. */
  refresh(changed?: Iterable<RoomId>): void {
    const filter = this.#filter();
    const isSameFilter = this.#seen !== undefined && JSON.stringify(this.#seen.filter) === JSON.stringify(filter);
    const ids = changed && isSameFilter ? this.#withPredecessors(changed) : undefined;
    if (!ids || this.#isSpaceAmong(ids)) return this.#listAll(filter);
    const moved = new Set<RoomId>();
    const context = this.#context();
    for (const id of ids) {
      const room = context.base.rooms.get(id);
      const now = room && matchesFilter(room, filter, context) ? room : undefined;
      if (now || this.#listed.has(id)) moved.add(id);
    }
    // Much that moves is sorted faster all at once.
    if (moved.size > this.#rooms.length / 4 + 16) return this.#listAll(filter);
    if (moved.size === 0) return;
    this.#rooms = this.#rooms.filter(({ id }) => !moved.has(id));
    for (const id of moved) {
      const room = context.base.rooms.get(id);
      this.#listed.delete(id);
      if (room && matchesFilter(room, filter, context)) this.#insert(room);
    }
    this.#show(moved);
  }

  protected override watched(isWatched: boolean): void {
    this.#parts.onWatched?.(this, isWatched);
  }

  #listAll(filter: RoomListFilter): void {
    const { rooms } = this.#parts.base();
    this.#seen = { filter, inSpace: filter.space === undefined ? undefined : roomsInSpace(rooms, filter.space) };
    const before = new Map(this.#listed);
    this.#listed.clear();
    if (rooms.size > 0) {
      const context = this.#context();
      for (const room of rooms.values()) if (matchesFilter(room, filter, context)) this.#listed.set(room.id, room);
    }
    this.#rooms = [...this.#listed.values()].sort(this.#order);
    this.#show(new Set(this.#rooms.filter((room) => before.get(room.id) !== room).map(({ id }) => id)));
  }

  #context(): FilterContext {
    return { base: this.#parts.base(), userId: this.#parts.userId(), inSpace: this.#seen?.inSpace };
  }

  /** A room is replaced by what happens in the one after it. */
  #withPredecessors(changed: Iterable<RoomId>): ReadonlySet<RoomId> {
    const { rooms } = this.#parts.base();
    const ids = new Set(changed);
    // Predecessors are added while the set is walked.
    for (const id of ids) {
      const room = rooms.get(id);
      const before = room && predecessorOf(room);
      if (before !== undefined && rooms.has(before)) ids.add(before);
    }
    return ids;
  }

  #isSpaceAmong(ids: ReadonlySet<RoomId>): boolean {
    const { filter, inSpace } = this.#seen ?? {};
    if (inSpace === undefined || filter?.space === undefined) return false;
    const { rooms } = this.#parts.base();
    return [...ids].some((id) => inSpace.has(id) && rooms.get(id)?.state.has("m.space.child") === true) || ids.has(filter.space);
  }

  #insert(room: RoomData): void {
    let [low, high] = [0, this.#rooms.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const other = this.#rooms[middle];
      if (other && this.#order(other, room) < 0) low = middle + 1;
      else high = middle;
    }
    this.#rooms.splice(low, 0, room);
    this.#listed.set(room.id, room);
  }

  /** Shows the window; only if there is anything to see of what has changed. */
  #show(changed: ReadonlySet<RoomId>): void {
    const shown = this.#rooms.slice(0, this.#window).map(({ id }) => this.#parts.handle(id));
    const touched = new Set(shown.filter(({ id }) => changed.has(id)));
    const isSame = shown.length === this.value.length && shown.every((room, at) => room === this.value[at]);
    if (!isSame || touched.size > 0) this.update(shown, touched);
  }
}
