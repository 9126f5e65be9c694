import { LruCache } from "@patrix/concurrency";
import type { Core } from "../../log/core.ts";
import { limits } from "../../limits.ts";
import { keyList } from "../../store/statement.ts";
import {
  aggregatedEvents,
  anyRelation,
  editsOfEvent,
  referencesToEvent,
  type RelatedGroupRow,
  threadGroups,
} from "../../store/statements/relations.ts";
import { turnIfDue } from "../../turns.ts";
import { type Place, placeOfColumn, timelineEnd, timelineStart } from "./place.ts";
import type { StoredEvent } from "./stored-event.ts";

/** The bytes of aggregations that are kept in memory, about. */
const CACHE_BYTES = 8 * 1024 * 1024;
/** The most rooms of which it is remembered whether anything in them relates to anything. */
const KNOWN_ROOMS = 20_000;
/** How many edits of an event are remembered: the latest valid one is looked for among them. */
const REMEMBERED_EDITS = 20;

/** Some of the events that relate to one: those of one sender that were sent in the same state. */
export interface RelatedGroup {
  readonly senderNid: number;
  readonly stateNid: number;
  readonly count: number;
  /** The places of the first and the last of them. */
  readonly first: Place;
  readonly last: Place;
}

/** What relates to an event and is bundled with it, before it is known who asks. */
export interface Aggregation {
  /** The events of its thread, the newest groups first. */
  readonly thread: readonly RelatedGroup[];
  /** The latest edits by its sender and of its type, the latest first. */
  readonly edits: readonly { readonly nid: number; readonly last: Place }[];
  /** The newest references to it, oldest first, each a group. */
  readonly references: readonly (RelatedGroup & { readonly eventId: string })[];
  /** The place of the newest of all these. */
  readonly end: Place;
  /** When the oldest event of a thread or reference was sent. */
  readonly firstTs: number;
}

/** What of the relations of an event counts. */
export interface RelationSpan {
  readonly upTo: Place;
  /** What was sent before this time is over age, in milliseconds. */
  readonly sinceTs: number;
}

/** Which events relate to which: what is bundled with an event, with those used last in memory. */
export class Relations {
  readonly #core: Core;
  /** By the ID of the event; `null` for one without any. */
  readonly #aggregations = new LruCache<string, Aggregation | null>(CACHE_BYTES);
  /** Whether anything in a room relates to anything. */
  readonly #rooms = new LruCache<number, boolean>(KNOWN_ROOMS);
  #changes = 0;

  constructor(core: Core) {
    this.#core = core;
  }

  /** Hears that a relation to an event was stored or taken back. */
  changed(roomNid: number, targetId: string): void {
    this.#changes++;
    this.#aggregations.delete(targetId);
    if (this.#rooms.get(roomNid) === false) this.#rooms.delete(roomNid);
  }

  /** Forgets what related to what in a room that is purged. */
  forgetRoom(roomNid: number): void {
    this.#changes++;
    this.#rooms.delete(roomNid);
    // They are kept by the IDs of events, which are of any room.
    this.#aggregations.clear();
  }

  /**
   * Reads what is bundled with events of a room, by their IDs, as it was at a place; events with nothing are left out. The edits of an
   * event may be over age.
   */
  async aggregationsOf(roomNid: number, events: readonly StoredEvent[], span: RelationSpan): Promise<Map<string, Aggregation>> {
    const found = new Map<string, Aggregation>();
    if (events.length === 0 || !(await this.#hasAny(roomNid))) return found;
    const unknown = events.filter(({ eventId }) => this.#aggregations.get(eventId) === undefined);
    const read = unknown.length === 0 ? undefined : await this.#read(unknown);
    for (const event of events) {
      const present = read?.get(event.eventId) ?? this.#aggregations.get(event.eventId);
      if (!present) continue;
      const isWhole = present.end <= span.upTo && present.firstTs >= span.sinceTs;
      const aggregation = isWhole ? present : await this.#aggregate(event, present, span);
      if (aggregation.end > timelineStart) found.set(event.eventId, aggregation);
    }
    return found;
  }

  async #hasAny(roomNid: number): Promise<boolean> {
    const known = this.#rooms.get(roomNid);
    if (known !== undefined) return known;
    const changes = this.#changes;
    const hasAny = (await this.#core.store.get(anyRelation, roomNid)) !== undefined;
    // What was read before a change may be what the change was about; so below.
    if (changes === this.#changes) this.#rooms.set(roomNid, hasAny);
    return hasAny;
  }

  /** Reads the aggregations of events as they are. */
  async #read(events: readonly StoredEvent[]): Promise<Map<string, Aggregation | null>> {
    const read = new Map<string, Aggregation | null>();
    const changes = this.#changes;
    const rows = await this.#core.store.all(aggregatedEvents, keyList(events.map(({ nid }) => nid)));
    const byNid = new Map(rows.map((row) => [row.event_nid, row]));
    for (const event of events) {
      const turn = turnIfDue();
      if (turn) await turn;
      const row = byNid.get(event.nid);
      const kinds = { thread: row?.has_thread === 1, edits: row?.has_edit === 1, references: row?.has_reference === 1 };
      const hasAny = kinds.thread || kinds.edits || kinds.references;
      const aggregation = hasAny ? await this.#aggregate(event, kinds, { upTo: timelineEnd, sinceTs: Number.MIN_SAFE_INTEGER }) : null;
      read.set(event.eventId, aggregation);
      if (changes === this.#changes) this.#aggregations.set(event.eventId, aggregation, weightOf(aggregation));
    }
    return read;
  }

  /** Reads what relates to an event, of the kinds that there are. */
  async #aggregate(
    { fields }: StoredEvent,
    has: { readonly [K in keyof Aggregation]?: unknown },
    { upTo, sinceTs: since }: RelationSpan,
  ): Promise<Aggregation> {
    const sinceTs = Math.max(Number.MIN_SAFE_INTEGER, since);
    const { store, eventTypes } = this.#core;
    const { roomNid, eventId, senderNid, type } = fields;
    const most = limits.relatedEvents.value;
    const typeNid = has.edits ? await eventTypes.find(type) : undefined;
    const edits =
      typeNid === undefined ? [] : await store.all(editsOfEvent, roomNid, eventId, upTo, senderNid, typeNid, most, REMEMBERED_EDITS);
    const groups = has.thread ? await store.all(threadGroups, roomNid, eventId, upTo, most, sinceTs) : [];
    const references = has.references
      ? await store.all(referencesToEvent, roomNid, eventId, upTo, limits.bundledReferences.value, sinceTs)
      : [];
    const aggregation = {
      thread: groups.map(toGroup),
      edits: edits.map((row) => ({ nid: row.child_nid, last: placeOfColumn(row.timeline_pos) })),
      references: references.toReversed().map((row) => ({ ...toGroup(row), eventId: row.event_id })),
    };
    let end = timelineStart;
    for (const { last } of [...aggregation.thread, ...aggregation.edits, ...aggregation.references]) end = end < last ? last : end;
    const firstTs = Math.min(...groups.map(({ first_ts: ts }) => ts), ...references.map(({ first_ts: ts }) => ts));
    return { ...aggregation, end, firstTs };
  }
}

function toGroup(row: RelatedGroupRow): RelatedGroup {
  return {
    senderNid: row.sender_nid,
    stateNid: row.state_nid,
    count: row.count,
    first: placeOfColumn(row.first_pos),
    last: placeOfColumn(row.last_pos),
  };
}

function weightOf(aggregation: Aggregation | null): number {
  if (!aggregation) return 100;
  const { thread, edits, references } = aggregation;
  return 500 + thread.length * 100 + edits.length * 50 + references.length * 250;
}
