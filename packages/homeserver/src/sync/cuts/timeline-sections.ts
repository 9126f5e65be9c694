import type { EventFilter } from "../../rooms/read/event-filter.ts";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import type { Visibility } from "../../rooms/read/visibility.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { type Place, placeBefore } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Stretch, Timelines, TimelineSlice } from "../../rooms/timeline/timelines.ts";

/** How many events are looked through for those that a filter wants. */
const SCAN_LIMIT = 500;

/** The events that a room contributes to a sync. */
export interface TimelineSection extends TimelineSlice {
  /** The place before the first event: pagination goes on from there. */
  readonly prevPlace: Place;
}

/** Reads the newest events of a stretch of a room's timeline, as far as the user may see them and the filter wants them. */
export class TimelineSections {
  readonly #states: PlacedStates;
  readonly #timelines: Timelines;
  readonly #visibility: Visibility;

  constructor(states: PlacedStates, timelines: Timelines, visibility: Visibility) {
    this.#states = states;
    this.#timelines = timelines;
    this.#visibility = visibility;
  }

  /** The newest events of a stretch. `replayed` if the client works out the state by replaying them. */
  async read(
    room: LoadedRoom,
    userNid: number,
    stretch: Stretch,
    { filter, replayed }: { readonly filter: EventFilter; readonly replayed: boolean },
  ): Promise<TimelineSection> {
    const wanted = filter.matches ? SCAN_LIMIT : filter.limit;
    const slice = await this.#timelines.newest(room, stretch, wanted);
    const seen = await this.#visibility.filter(room, userNid, slice.events);
    const visible = afterLastHidden(slice.events, seen);
    const told = replayed ? await this.#afterLastTwist(room, visible) : visible;
    const matching = filter.matches ? told.filter(filter.matches) : told;
    const events = filter.includesRoom(room.id) ? matching.slice(Math.max(0, matching.length - filter.limit)) : [];
    const limited = slice.limited || told.length < slice.events.length || events.length < matching.length;
    const first = events[0]?.fields.place;
    return { events, limited, prevPlace: first == null ? stretch.upTo : placeBefore(first) };
  }

  /**
   * The events after the last one that changed the state by something else than it says. Where the graph of a room has
   * forks, a state event can lose against another branch, or bring back what was there: replayed, it would mislead.
   */
  async #afterLastTwist(room: LoadedRoom, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i];
      if (event?.fields.isForked && !(await this.#states.changesOnlyItself(room, event))) return events.slice(i + 1);
    }
    return events;
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
