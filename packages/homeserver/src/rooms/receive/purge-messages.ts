import { redactsOf } from "@patrix/room-versions";
import { redact } from "@patrix/signatures";
import { isCovered, type PositionVector } from "../../log/position.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import {
  type AgedRow,
  agesInTimeline,
  agesOutside,
  deleteEvent,
  purgeTimelineSpans,
  purgeTraces,
  purgeTransactions,
  stripEvent,
} from "../../store/statements/retention.ts";
import { nextTurn } from "../../turns.ts";
import type { LoadedRoom, Room } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { eventRelation } from "../timeline/event-relation.ts";
import { isAt, markOf, type RoomMark } from "../read/room-mark.ts";
import { type Place, placeBefore, placeOfColumn, timelineStart } from "../timeline/place.ts";
import { unrelateOperations } from "../timeline/relation-operations.ts";
import type { Relations } from "../timeline/relations.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { EventReceiver } from "./event-receiver.ts";

/** How many events are looked at, and at most removed, in one commit. */
const SLICE = 200;

/** What purges messages. */
export interface PurgeParts {
  readonly rooms: Rooms;
  readonly timelines: Timelines;
  readonly relations: Relations;
  readonly receiver: Pick<EventReceiver, "alone">;
  /** Up to where everybody who stores something about events has done so. */
  readonly handled: () => Promise<PositionVector>;
  /** Told of each room of which something went. */
  readonly purged: (roomNid: number) => void;
}

/** How messages are removed. */
export interface RemoveOptions {
  /** Ends it after the slice that is under way. */
  readonly signal: AbortSignal;
  /** Whether only to count. */
  readonly isDry?: boolean | undefined;
  /** Told how many events are removed so far. */
  readonly removed?: ((count: number) => void) | undefined;
}

/** How far the messages of a room are purged. */
interface Progress {
  /** Where the room was when it was looked at. */
  readonly mark: RoomMark;
  readonly lifetime: number;
  /** Everything up to here that can go has gone. */
  readonly after: Place;
  /** The same of what is in no timeline, by number. */
  readonly outside: number;
}

/** A slice of a room's events. */
interface Slice {
  readonly rows: readonly AgedRow[];
  /** Those that are over age. */
  readonly old: readonly AgedRow[];
  /** The first one that may be over age another time. */
  readonly firstYoung: AgedRow | undefined;
}

/**
 * Removes messages that are over age, slice by slice. State stays, and so does whatever the graph of the room needs: its ends, events at
 * which forks meet, and redactions of what is still there. Of these only what a redaction leaves is kept.
 */
export class MessagePurge {
  readonly #parts: PurgeParts;
  /** By room; what is not known is looked at from the beginning, once after each start. */
  readonly #progress = new Map<number, Progress>();

  constructor(parts: PurgeParts) {
    this.#parts = parts;
  }

  /** Looks through all rooms. @returns How many events were removed. */
  async run(signal: AbortSignal): Promise<number> {
    const { rooms } = this.#parts;
    if (!rooms.retention.isOn) return 0;
    let removed = 0;
    for (const room of rooms.all()) {
      if (signal.aborted) break;
      const known = this.#progress.get(room.nid);
      if (known?.lifetime === Number.POSITIVE_INFINITY && isAt(rooms, room, known.mark)) continue;
      await nextTurn();
      removed += await this.#purgeRoom(room, known, signal);
    }
    return removed;
  }

  /**
   * Removes the messages of a room that somebody wants gone, whatever its policy.
   *
   * @param isOld - Whether an event is to go; what is state stays all the same.
   * @returns How many events were removed, or would be.
   */
  async removeFrom(room: Room, isOld: (row: AgedRow) => boolean, { signal, isDry = false, removed }: RemoveOptions): Promise<number> {
    return (await this.#go(room, { after: timelineStart, outside: 0 }, { isOld, signal, isDry, removed })).count;
  }

  /** How many events of a room are stored, whatever they are. */
  async countAll(room: Room, signal: AbortSignal): Promise<number> {
    const { store } = this.#parts.rooms.core;
    let count = 0;
    const each = async (read: Promise<readonly AgedRow[]>): Promise<Slice> => {
      const rows = await read;
      count += rows.length;
      return { rows, old: [], firstYoung: undefined };
    };
    const inNone = (last: number): Promise<Slice> => each(store.all(agesOutside, room.nid, last, SLICE));
    await pass(0, signal, { slice: inNone, at: (row) => row.event_nid, before: (nid) => nid });
    const placed = (last: Place): Promise<Slice> => each(store.all(agesInTimeline, room.nid, last, SLICE));
    await pass(timelineStart, signal, { slice: placed, at: (row) => placeOfColumn(row.timeline_pos ?? 0), before: (at) => at });
    return count;
  }

  async #purgeRoom(room: Room, known: Progress | undefined, signal: AbortSignal): Promise<number> {
    const { rooms } = this.#parts;
    const mark = markOf(rooms, room);
    const lifetime = await rooms.retention.lifetime(await rooms.load(room));
    const cutoff = rooms.core.clock.now() - lifetime;
    const from = { after: known?.after ?? timelineStart, outside: known?.outside ?? 0 };
    if (lifetime === Number.POSITIVE_INFINITY) {
      this.#progress.set(room.nid, { mark, lifetime, ...from });
      return 0;
    }
    const { count, ...next } = await this.#go(room, from, { isOld: (row) => row.ts < cutoff, signal });
    this.#progress.set(room.nid, { mark, lifetime, ...next });
    return count;
  }

  /** Goes through the events of a room, and removes what is old of them. */
  async #go(
    room: Room,
    from: Pick<Progress, "after" | "outside">,
    { isOld, signal, isDry = false, removed }: RemoveOptions & { readonly isOld: (row: AgedRow) => boolean },
  ): Promise<Pick<Progress, "after" | "outside"> & { readonly count: number }> {
    const { rooms, receiver, handled } = this.#parts;
    const cut = await handled();
    let count = 0;
    const each = async (read: () => Promise<readonly AgedRow[]>): Promise<Slice> =>
      receiver.alone(room, async () => {
        const slice = divide(await read(), (row) => isOld(row) && isCovered(cut, row.event_nid));
        count += await this.#remove(await rooms.load(room), slice, isDry);
        removed?.(count);
        return slice;
      });
    // What gave way to another row names it, and goes before it.
    const outside = await pass(from.outside, signal, {
      slice: (last) => each(() => rooms.core.store.all(agesOutside, room.nid, last, SLICE)),
      at: (row) => row.event_nid,
      before: (nid) => nid - 1,
    });
    const after = await pass(from.after, signal, {
      slice: (last) => each(() => rooms.core.store.all(agesInTimeline, room.nid, last, SLICE)),
      at: (row) => placeOfColumn(row.timeline_pos ?? 0),
      before: placeBefore,
    });
    if (count > 0 && !isDry) this.#parts.purged(room.nid);
    return { outside, after, count };
  }

  /** Removes what is old of a slice. */
  async #remove(room: LoadedRoom, { rows, old }: Slice, isDry: boolean): Promise<number> {
    if (old.length === 0) return 0;
    const { rooms, timelines, relations } = this.#parts;
    const renumbered = old.flatMap((row) => (row.renumbered_nid === null ? [] : row.event_nid));
    const events = [...(await rooms.events.load(old.flatMap((row) => (row.renumbered_nid === null ? row.event_nid : [])))).values()];
    const { kept, stripped, gone } = await this.#sort(room, events);
    const affected = events.filter((event) => !kept.has(event));
    const nids = [...renumbered, ...gone.map(({ nid }) => nid)];
    if (isDry) return nids.length;
    const devices = new Set(gone.flatMap(({ fields }) => fields.deviceNid ?? []));
    const places = rows.flatMap((row) => row.timeline_pos ?? []);
    await rooms.core.log.append({
      positions: [],
      operations: [
        ...traces(room.nid, affected),
        ...stripped.map(({ nid, json }) => operation(stripEvent, nid, json)),
        ...nids.map((nid) => operation(deleteEvent, nid)),
        ...[...devices].map((nid) => operation(purgeTransactions, nid)),
        ...(places.length === 0 ? [] : [operation(purgeTimelineSpans, room.nid, Math.min(...places) - 1, Math.max(...places))]),
      ],
      publish: () => {
        for (const event of affected) {
          rooms.events.evict(event.nid);
          rooms.sticky.revert(room.nid, event.nid);
          const relation = eventRelation(event.fields.type, event.content);
          if (relation) relations.changed(room.nid, relation.targetId);
        }
        timelines.forget(room.nid);
      },
    });
    return nids.length;
  }

  /** Tells what stays, what is stripped and what goes. */
  async #sort(
    room: LoadedRoom,
    events: readonly StoredEvent[],
  ): Promise<{ kept: Set<StoredEvent>; stripped: { nid: number; json: string }[]; gone: StoredEvent[] }> {
    const tips = new Set(room.head.tips.map(({ nid }) => nid));
    const kept = new Set<StoredEvent>();
    const [stripped, gone]: [{ nid: number; json: string }[], StoredEvent[]] = [[], []];
    const going = new Set(events.map(({ nid }) => nid));
    for (const event of events) {
      const { nid, fields } = event;
      if (await this.#redactsWhatStays(event, going)) kept.add(event);
      else if (tips.has(nid) || fields.place === room.view.end || fields.isForked || fields.delayId !== null) {
        const json = JSON.stringify(redact(event.pdu, event.rules));
        if (json === fields.json) kept.add(event);
        else stripped.push({ nid, json });
      } else gone.push(event);
    }
    return { kept, stripped, gone };
  }

  async #redactsWhatStays({ nid, pdu, rules, fields }: StoredEvent, going: ReadonlySet<number>): Promise<boolean> {
    if (fields.type !== "m.room.redaction") return false;
    const targetId = redactsOf(pdu, rules);
    const target = targetId === undefined ? undefined : await this.#parts.rooms.events.byId(targetId);
    return target?.fields.redactedBy === nid && !going.has(target.nid);
  }
}

/** How a pass goes through the events of a room in some order. */
interface PassOptions<At> {
  /** Works on the events after one. */
  readonly slice: (after: At) => Promise<Slice>;
  readonly at: (row: AgedRow) => At;
  readonly before: (at: At) => At;
}

/** Goes through events to the end. @returns After which one the next pass begins. */
async function pass<At>(start: At, signal: AbortSignal, { slice, at, before }: PassOptions<At>): Promise<At> {
  let from = start;
  let next: At | undefined;
  while (!signal.aborted) {
    const { rows, firstYoung } = await slice(from);
    if (next === undefined && firstYoung) next = before(at(firstYoung));
    const last = rows.at(-1);
    if (last) from = at(last);
    if (!last || rows.length < SLICE) break;
    await nextTurn();
  }
  return next ?? from;
}

function divide(rows: readonly AgedRow[], isOld: (row: AgedRow) => boolean): Slice {
  const messages = rows.filter((row) => row.skey_nid === null);
  return { rows, old: messages.filter(isOld), firstYoung: messages.find((row) => !isOld(row)) };
}

/** What removes the traces of events. */
function traces(roomNid: number, events: readonly StoredEvent[]): WriteOperation[] {
  return events.flatMap(({ nid, content, fields: { type } }) => {
    const relation = eventRelation(type, content);
    return [
      ...purgeTraces.map((statement) => operation(statement, roomNid, nid)),
      ...(relation ? unrelateOperations(roomNid, nid, relation) : []),
    ];
  });
}
