import type { LoadedRoom } from "../../rooms/room.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Timelines, TimelineSlice } from "../../rooms/timeline/timelines.ts";
import type { Visibility } from "../../rooms/read/visibility.ts";
import type { EventFilter } from "../../rooms/read/event-filter.ts";

/** How many events are looked through for those that a filter wants. */
const SCAN_LIMIT = 500;

/** The events that a room contributes to a sync, and the state around them. */
export interface RoomTimeline extends TimelineSlice {
  /** The state before the first event. */
  readonly stateBefore: RoomState;
  /** The position before the first event: pagination goes on from there. */
  readonly prevPos: number;
}

/** Reads the newest events of a stretch of a room's timeline, as far as the user may see them and the filter wants them. */
export class RoomTimelines {
  readonly #rooms: Rooms;
  readonly #timelines: Timelines;
  readonly #visibility: Visibility;

  constructor(rooms: Rooms, timelines: Timelines, visibility: Visibility) {
    this.#rooms = rooms;
    this.#timelines = timelines;
    this.#visibility = visibility;
  }

  /** The newest events above one position and up to another; `stateAfter` is the state at the end. */
  async read(
    room: LoadedRoom,
    userNid: number,
    range: { above: number; upTo: number; stateAfter: RoomState },
    filter: EventFilter,
  ): Promise<RoomTimeline> {
    const { above, upTo, stateAfter } = range;
    const wanted = filter.matches ? SCAN_LIMIT : filter.limit;
    const slice = await this.#timelines.newest(room.nid, above, upTo, wanted);
    const visible = afterLastHidden(slice.events, await this.#visibility.filter(room, userNid, slice.events));
    const matching = filter.matches ? visible.filter(filter.matches) : visible;
    const events = filter.includesRoom(room.id) ? matching.slice(Math.max(0, matching.length - filter.limit)) : [];
    const limited = slice.limited || visible.length < slice.events.length || events.length < matching.length;
    const first = events[0];
    const stateBefore = first ? await this.#rooms.stateGroups.load(first.fields.stateNid) : stateAfter;
    return { events, limited, stateBefore, prevPos: first ? first.nid - 1 : upTo };
  }

  /** The state at a position: that before the first event after it. */
  async stateAt(room: LoadedRoom, pos: number): Promise<RoomState> {
    if (room.view.lastPos <= pos) return room.view.state;
    const [next] = await this.#timelines.forward(room.nid, pos, Number.MAX_SAFE_INTEGER, 1);
    return next ? this.#rooms.stateGroups.load(next.fields.stateNid) : room.view.state;
  }

  /** The state right after an event. */
  async stateAfter(room: LoadedRoom, event: StoredEvent): Promise<RoomState> {
    return this.stateAt(room, event.nid);
  }
}

/** The visible events after the last hidden one: what a hidden event did to the state is told as state, not passed over. */
function afterLastHidden(events: readonly StoredEvent[], visible: readonly StoredEvent[]): readonly StoredEvent[] {
  if (visible.length === events.length) return visible;
  let start = events.length;
  let kept = visible.length;
  while (start > 0 && kept > 0 && events[start - 1] === visible[kept - 1]) {
    start--;
    kept--;
  }
  return visible.slice(kept);
}
