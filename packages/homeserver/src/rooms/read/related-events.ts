import type { Core } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import { keyList } from "../../store/statement.ts";
import {
  relatedBackward,
  relatedForward,
  relatedOfTypeBackward,
  relatedOfTypeForward,
  type LevelRow,
  type RelatedRow,
  relatedToAny,
} from "../../store/statements/relations.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventCache } from "../timeline/event-cache.ts";
import { type Place, placeBefore, placeOfColumn, timelineEnd } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { PageOptions, Stretch } from "../timeline/timelines.ts";
import type { SentInState, Visibility } from "./visibility.ts";

/** How many levels of relations a recursive page goes down. */
export const RECURSION_DEPTH = 3;
/** How many events are asked for what relates to them at once. */
const PARENTS_AT_ONCE = 200;
/** How many events of a page are loaded before others may get their turn. */
const LOADED_AT_ONCE = 20;
/** Larger than the number of every event type. */
const LAST_TYPE = Number.MAX_SAFE_INTEGER;

/** Which of the events that relate to one are asked for. */
export interface RelationFilter {
  readonly relType?: string | undefined;
  readonly eventType?: string | undefined;
  /** Whether those are wanted too that relate to what relates to the event. */
  readonly recurse: boolean;
}

/** What is asked for, and by whom. */
export interface AskedRelations {
  readonly room: LoadedRoom;
  readonly userNid: number;
  readonly target: StoredEvent;
}

/** A page of related events. */
export interface RelatedPage {
  readonly events: readonly StoredEvent[];
  /** Where the next page begins; `undefined` at the end. */
  readonly next: Place | undefined;
}

/** A filter with its event type by number. */
interface NumberedFilter extends RelationFilter {
  readonly fromType: number;
  readonly toType: number;
}

/** Finds the events that relate to an event, page by page in the order of the timeline. */
export class RelatedEvents {
  readonly #core: Core;
  readonly #events: EventCache;
  readonly #visibility: Visibility;

  constructor({ core, events }: Rooms, visibility: Visibility) {
    this.#core = core;
    this.#events = events;
    this.#visibility = visibility;
  }

  /** A page of the events in a stretch that relate to one, as large as an answer may be, of those that the user may see. */
  async page(
    { room, userNid, target }: AskedRelations,
    stretch: Stretch,
    { backward, limit, ...filter }: PageOptions & RelationFilter,
  ): Promise<RelatedPage> {
    const typeNid = filter.eventType === undefined ? undefined : await this.#core.eventTypes.find(filter.eventType);
    if (filter.eventType !== undefined && typeNid === undefined) return { events: [], next: undefined };
    const numbered = { ...filter, fromType: typeNid ?? 0, toType: typeNid ?? LAST_TYPE };
    const options = { backward, limit: limit + 1 };
    const rows = filter.recurse
      ? await this.#allLevels({ room, userNid, target }, stretch, options, numbered)
      : await this.#direct(target, stretch, options, numbered);
    const { events, next } = await this.#load(rows, { backward, limit });
    return { events: await this.#visibility.filter(room, userNid, events), next };
  }

  #direct(
    { fields: { roomNid, eventId } }: StoredEvent,
    { after, upTo }: Stretch,
    { backward, limit }: PageOptions,
    { relType, fromType, toType }: NumberedFilter,
  ): Promise<RelatedRow[]> {
    const { store } = this.#core;
    const params = [roomNid, eventId, after, upTo, fromType, toType, limit] as const;
    if (relType === undefined) return store.all(backward ? relatedBackward : relatedForward, ...params);
    return store.all(backward ? relatedOfTypeBackward : relatedOfTypeForward, ...params, relType);
  }

  async #allLevels(
    asked: AskedRelations,
    { after, upTo }: Stretch,
    { backward, limit }: PageOptions,
    filter: NumberedFilter,
  ): Promise<RelatedRow[]> {
    const most = limits.relatedEvents.value;
    let found = await this.#descend(asked, timelineEnd, filter);
    // Where there are too many to look through, a page goes on from where the one before ended.
    if (found.size >= most && backward) found = await this.#descend(asked, upTo, filter);
    return [...found.values()]
      .filter(({ timeline_pos: pos }) => pos > after && pos <= upTo)
      .toSorted((a, b) => (a.timeline_pos - b.timeline_pos) * (backward ? -1 : 1))
      .slice(0, limit);
  }

  /** Goes down the levels, from what relates to the event itself up to a place, by way of what the user may see. */
  async #descend(
    { room, userNid, target }: AskedRelations,
    upTo: Place,
    { relType, fromType, toType }: NumberedFilter,
  ): Promise<Map<number, RelatedRow>> {
    const found = new Map<number, RelatedRow>();
    const { roomNid, nid, eventId } = target.fields;
    let parents = [eventId];
    for (let depth = 0; depth < RECURSION_DEPTH; depth++) {
      const children: string[] = [];
      for (let at = 0; at < parents.length; at += PARENTS_AT_ONCE) {
        const turn = turnIfDue();
        if (turn) await turn;
        const most = limits.relatedEvents.value - found.size;
        if (most <= 0) return found;
        const ids = keyList(parents.slice(at, at + PARENTS_AT_ONCE));
        const rows = await this.#core.store.all(relatedToAny, roomNid, ids, depth === 0 ? upTo : timelineEnd, most);
        const wanted = rows.filter((row) => {
          const isOfType = row.type_nid >= fromType && row.type_nid <= toType && (relType === undefined || row.rel_type === relType);
          return isOfType && row.child_nid !== nid && !found.has(row.child_nid);
        });
        for (const { row } of await this.#visibility.filterGroups(room, userNid, wanted.map(sentInState))) {
          found.set(row.child_nid, row);
          children.push(row.event_id);
        }
      }
      parents = children;
    }
    return found;
  }

  /** Loads a page of events; `rows` are one more where there are more. */
  async #load(rows: readonly RelatedRow[], { backward, limit }: PageOptions): Promise<RelatedPage> {
    const events: StoredEvent[] = [];
    let bytes = 0;
    let at = 0;
    for (; at < Math.min(rows.length, limit) && bytes < limits.pageBytes.value; at += LOADED_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const nids = rows.slice(at, Math.min(at + LOADED_AT_ONCE, limit)).map(({ child_nid: nid }) => nid);
      const loaded = await this.#events.load(nids);
      for (const nid of nids) {
        const event = loaded.get(nid);
        bytes += event?.fields.json.length ?? 0;
        if (event) events.push(event);
      }
    }
    const shown = Math.min(at, limit, rows.length);
    const last = rows[shown - 1]?.timeline_pos;
    if (last === undefined || shown === rows.length) return { events, next: undefined };
    return { events, next: backward ? placeBefore(placeOfColumn(last)) : placeOfColumn(last) };
  }
}

function sentInState(row: LevelRow): SentInState & { readonly row: LevelRow } {
  const place = placeOfColumn(row.timeline_pos);
  return { stateNid: row.state_nid, first: place, last: place, row };
}
