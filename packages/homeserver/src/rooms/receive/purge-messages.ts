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

/** How far the messages of a room are purged. */
interface Progress {
  /** The newest event of the room when it was looked at. */
  readonly end: Place;
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
      if (known?.end === room.end && known.lifetime === Number.POSITIVE_INFINITY) continue;
      await nextTurn();
      removed += await this.#purgeRoom(room, known, signal);
    }
    return removed;
  }

  async #purgeRoom(room: Room, known: Progress | undefined, signal: AbortSignal): Promise<number> {
    const { rooms, receiver, handled } = this.#parts;
    const { end } = room;
    const loaded = await rooms.load(room);
    const lifetime = await rooms.retention.lifetime(loaded);
    let [after, outside] = [known?.after ?? timelineStart, known?.outside ?? 0];
    let removed = 0;
    if (lifetime !== Number.POSITIVE_INFINITY) {
      const bounds = { cutoff: rooms.core.clock.now() - lifetime, cut: await handled() };
      const each = async (read: () => Promise<readonly AgedRow[]>): Promise<Slice> =>
        receiver.alone(room, async () => {
          const slice = divide(await read(), bounds);
          removed += await this.#remove(await rooms.load(room), slice);
          return slice;
        });
      // What gave way to another row names it, and goes before it.
      outside = await pass(outside, signal, {
        slice: (from) => each(() => rooms.core.store.all(agesOutside, room.nid, from, SLICE)),
        at: (row) => row.event_nid,
        before: (nid) => nid - 1,
      });
      after = await pass(after, signal, {
        slice: (from) => each(() => rooms.core.store.all(agesInTimeline, room.nid, from, SLICE)),
        at: (row) => placeOfColumn(row.timeline_pos ?? 0),
        before: placeBefore,
      });
    }
    this.#progress.set(room.nid, { end, lifetime, after, outside });
    if (removed > 0) this.#parts.purged(room.nid);
    return removed;
  }

  /** Removes what is old of a slice. */
  async #remove(room: LoadedRoom, { rows, old }: Slice): Promise<number> {
    if (old.length === 0) return 0;
    const { rooms, timelines, relations } = this.#parts;
    const renumbered = old.flatMap((row) => (row.renumbered_nid === null ? [] : row.event_nid));
    const events = [...(await rooms.events.load(old.flatMap((row) => (row.renumbered_nid === null ? row.event_nid : [])))).values()];
    const { kept, stripped, gone } = await this.#sort(room, events);
    const affected = events.filter((event) => !kept.has(event));
    const nids = [...renumbered, ...gone.map(({ nid }) => nid)];
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

function divide(rows: readonly AgedRow[], { cutoff, cut }: { readonly cutoff: number; readonly cut: PositionVector }): Slice {
  const messages = rows.filter((row) => row.skey_nid === null);
  const isOld = (row: AgedRow): boolean => row.ts < cutoff && isCovered(cut, row.event_nid);
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
