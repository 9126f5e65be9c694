import { limits } from "../../limits.ts";
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

/** Which events are wanted of a stretch. */
export interface SectionOptions {
  readonly filter: EventFilter;
  /** Users whose messages are left out; what they set of the state is told. */
  readonly ignored: ReadonlySet<string>;
  /** Whether the client works out the state by replaying the events. */
  readonly replayed: boolean;
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

  /**
   * What {@link TimelineSections.read} gives for most stretches: all of it is in memory, and nothing but messages, each sent after the one
   * before it, while the user was in. `undefined` for others.
   */
  peekMessages(room: LoadedRoom, userNid: number, stretch: Stretch, { filter, ignored }: SectionOptions): TimelineSection | undefined {
    if (filter.matches || ignored.size > 0 || !filter.includesRoom(room.id)) return undefined;
    const slice = this.#timelines.peekNewest(room, stretch, filter.limit);
    if (!slice || slice.limited) return undefined;
    const { events } = slice;
    let [bytes, oldestTs] = [0, Number.POSITIVE_INFINITY];
    for (const { fields } of events) {
      if (fields.stateKey !== undefined || fields.isForked) return undefined;
      oldestTs = Math.min(oldestTs, fields.ts);
      bytes += fields.json.length;
    }
    const first = events[0]?.fields.place;
    if (bytes > limits.syncTimelineBytes.value) return undefined;
    if (first == null) return { ...slice, prevPlace: stretch.upTo };
    return this.#visibility.hasBeenIn(room, userNid, first, oldestTs) ? { ...slice, prevPlace: placeBefore(first) } : undefined;
  }

  /** The newest events of a stretch. */
  async read(room: LoadedRoom, userNid: number, stretch: Stretch, { filter, ignored, replayed }: SectionOptions): Promise<TimelineSection> {
    const wanted = filter.matches ? SCAN_LIMIT : filter.limit;
    const slice = await this.#timelines.newest(room, stretch, wanted);
    // What another server has not given yet is asked for when the client goes back.
    const { events: read, hasGap } = await this.#timelines.sinceGap(room, slice.events);
    const seen = await this.#visibility.filter(room, userNid, read);
    const visible = afterLastHiddenState(read, seen);
    const told = replayed ? await this.#afterLastTwist(room, visible) : visible;
    const wantedEvents =
      ignored.size === 0 ? told : told.filter(({ fields }) => fields.stateKey !== undefined || !ignored.has(fields.sender));
    const matching = filter.matches ? wantedEvents.filter(filter.matches) : wantedEvents;
    const events = filter.includesRoom(room.id) ? newestOf(matching, filter.limit) : [];
    const isTwisted = told !== visible;
    const limited = slice.limited || hasGap || isTwisted || told.length < read.length || events.length < matching.length;
    const first = events[0]?.fields.place;
    return { events, limited, prevPlace: first == null ? stretch.upTo : placeBefore(first) };
  }

  /**
   * The events after the last one that changed the state by something else than it says. Where the graph of a room has
   * forks, a state event can lose against another branch, or bring back what was there: replayed, it would mislead.
   * One that sets no state itself misleads nobody, where the state before it is told as it was after it.
   */
  async #afterLastTwist(room: LoadedRoom, events: readonly StoredEvent[]): Promise<readonly StoredEvent[]> {
    for (let i = events.length - 1; i >= 0; i--) {
      const event = events[i];
      if (event?.fields.isForked && !(await this.#states.changesOnlyItself(room, event)))
        return events.slice(event.fields.stateKey === undefined ? i : i + 1);
    }
    return events;
  }
}

/** The newest events, at most a number and no more once they are as large as a room's part of an answer may be. */
function newestOf(events: readonly StoredEvent[], limit: number): readonly StoredEvent[] {
  let start = events.length;
  for (let bytes = 0; start > Math.max(0, events.length - limit) && bytes < limits.syncTimelineBytes.value; start--)
    bytes += events[start - 1]?.fields.json.length ?? 0;
  return events.slice(start);
}

/** The visible events after the last hidden state event: what that did is told as state, not passed over. */
function afterLastHiddenState(events: readonly StoredEvent[], visible: readonly StoredEvent[]): readonly StoredEvent[] {
  if (visible.length === events.length) return visible;
  const shown = new Set(visible);
  const lastHidden = events.findLastIndex((event) => event.fields.stateKey !== undefined && !shown.has(event));
  return events.slice(lastHidden + 1).filter((event) => shown.has(event));
}
