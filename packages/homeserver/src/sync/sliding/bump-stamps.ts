import { LruCache } from "@patrix/concurrency";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { earlierPlace, type Place, placeBefore, placeOfColumn } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Timelines } from "../../rooms/timeline/timelines.ts";
import { timelineTypes } from "../../store/statements/events.ts";
import { turnIfDue } from "../../turns.ts";

/** What moves a room up in the lists that clients show. */
const bumpTypes: ReadonlySet<string> = new Set([
  "m.room.create",
  "m.room.message",
  "m.room.encrypted",
  "m.sticker",
  "m.call.invite",
  "m.poll.start",
  "org.matrix.msc3381.poll.start",
  "m.beacon_info",
  "org.matrix.msc3672.beacon_info",
]);

/** How many events are looked at: first, then at once, and at most. A room with none among them counts as old as the last one. */
const FIRST_LOOK = 20;
const NEXT_LOOK = 500;
const MOST_LOOKED_AT = 5_000;
const REMEMBERED_ROOMS = 20_000;

interface Stamp {
  readonly upTo: Place;
  readonly stamp: number;
}

/** Tells by which event rooms were last moved up. */
export class BumpStamps {
  readonly #rooms: Rooms;
  readonly #timelines: Timelines;
  readonly #stamps = new LruCache<number, Stamp>(REMEMBERED_ROOMS);

  constructor(rooms: Rooms, timelines: Timelines) {
    this.#rooms = rooms;
    this.#timelines = timelines;
  }

  /** The stamp of a room at a place: greater for a room that was moved up later. `newest` are its newest events, as far as they are known. */
  async stampAt(room: LoadedRoom, place: Place, newest: readonly StoredEvent[]): Promise<number> {
    const upTo = earlierPlace(room.view.end, place);
    const known = this.#stamps.get(room.nid);
    if (known?.upTo === upTo) return known.stamp;
    const last = newest.at(-1);
    const isHere = last !== undefined && last.fields.place === upTo && bumpTypes.has(last.fields.type);
    const stamp = isHere ? stampOf(upTo) : await this.#look(room, upTo, known);
    if (!known || known.upTo < upTo) this.#stamps.set(room.nid, { upTo, stamp });
    return stamp;
  }

  async #look(room: LoadedRoom, upTo: Place, known: Stamp | undefined): Promise<number> {
    if (known && known.upTo < upTo) {
      const { events, limited } = await this.#timelines.newest(room, { after: known.upTo, upTo }, FIRST_LOOK);
      const bump = events.findLast(({ fields }) => bumpTypes.has(fields.type))?.fields.place;
      if (bump != null) return stampOf(bump);
      if (!limited) return known.stamp;
    }
    return this.#lookBack(room, upTo);
  }

  async #lookBack(room: LoadedRoom, upTo: Place): Promise<number> {
    const { store, eventTypes } = this.#rooms.core;
    const types = new Set((await eventTypes.findAll(bumpTypes)).values());
    let before = upTo;
    for (let looked = 0, limit = FIRST_LOOK; looked < MOST_LOOKED_AT; looked += limit, limit = NEXT_LOOK) {
      const turn = turnIfDue();
      if (turn) await turn;
      const rows = await store.all(timelineTypes, room.nid, before, limit);
      const bump = rows.find((row) => types.has(row.type_nid)) ?? (rows.length < limit ? rows.at(-1) : undefined);
      if (bump) return stampOf(placeOfColumn(bump.timeline_pos));
      const last = rows.at(-1);
      if (!last) return 0;
      before = placeBefore(placeOfColumn(last.timeline_pos));
    }
    return stampOf(before);
  }
}

/** History comes before everything that was sent here. */
function stampOf(place: Place): number {
  return Math.max(0, place);
}
