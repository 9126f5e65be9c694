import type { JsonObject } from "@patrix/api";
import type { Position } from "../../log/position.ts";
import { keyOfRoom } from "../../log/wake-ups.ts";
import { operation, type WriteOperation } from "../../store/statement.ts";
import { insertEvent, insertTransaction, placeEvent, renumberEvent } from "../../store/statements/events.ts";
import { updateRoom, upsertMembership } from "../../store/statements/rooms.ts";
import { type GroupedState, joinedUsers, type LoadedRoom, type RoomHead, type Tip } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { type Place, placeAfter, timelineStart } from "../timeline/place.ts";
import { eventStatus, StoredEvent } from "../timeline/stored-event.ts";
import { eventRelation } from "../timeline/event-relation.ts";
import type { Relations } from "../timeline/relations.ts";
import { stickyUntil } from "../timeline/sticky-index.ts";
import { spanOf, startSpan } from "../timeline/timeline-span.ts";
import type { Timelines } from "../timeline/timelines.ts";
import type { EventNumbers, NamedEvent } from "./event-numbers.ts";
import { type Opening, openingOperation, statedOpening } from "./opening.ts";
import { redactedOperations, redactionOperations, type Redactions } from "./redaction-operations.ts";
import { relateOperations } from "../timeline/relation-operations.ts";

/** Who sent an event, and under which transaction ID: the same ID gives the same event. */
export interface EventOrigin {
  readonly deviceNid: number;
  /** What the transaction ID stands for: the ID itself, and what it was used for. */
  readonly txn?: { readonly id: string; readonly key: string };
  readonly delayed?: DelayedOrigin | undefined;
}

/** The delayed event that an event comes from. */
export interface DelayedOrigin {
  readonly delayId: string;
  /** What stores, in the commit of the event, that it was sent. */
  readonly sent: (eventNid: number) => WriteOperation;
}

/** An event that has passed its checks, wherever it comes from. */
export interface CheckedEvent extends NamedEvent, Redactions {
  readonly eventId: string;
  readonly pdu: JsonObject;
  readonly numbers: EventNumbers;
  /** The state before the event, on its own branch. */
  readonly before: GroupedState;
  readonly origin?: EventOrigin | undefined;
  /** What is stored of it since others have named it. */
  readonly known?: StoredEvent | undefined;
}

/** A membership that an event brings about. */
export interface NewMembership {
  readonly userNid: number;
  readonly membership: string;
  readonly eventNid: number;
}

/** What a change of the state changes besides it. */
export type StatedChanges = Pick<ForkedMove, "memberships" | "openings">;

/** How an event that joins or makes a fork moves its room; an event that follows straight moves it by itself. */
export interface ForkedMove extends GroupedState {
  readonly tips: readonly Tip[];
  /** Every membership in which the room's state changes. */
  readonly memberships: readonly NewMembership[];
  /** Every setting in which it changes that decides who may find the members. */
  readonly openings: readonly Opening[];
  /** What stores the state groups. */
  readonly operations: readonly WriteOperation[];
}

/** An event that is numbered and in memory, with what its commit must store. */
export interface AppendedEvent {
  readonly event: StoredEvent;
  readonly operations: readonly WriteOperation[];
  readonly publish: () => void;
}

/** How many counters are left out before an event that comes after a gap, for events that may come later: what is more gets other places. */
const COUNTERS_OF_GAP = 8_192;

/**
 * Puts events into the log: numbers them, moves the heads of rooms, and makes them visible once they are stored. From
 * numbering to queueing the commit it runs without a pause.
 */
export class EventLog {
  readonly #rooms: Rooms;
  readonly #timelines: Timelines;
  readonly #relations: Relations;

  constructor(rooms: Rooms, timelines: Timelines, relations: Relations) {
    this.#rooms = rooms;
    this.#timelines = timelines;
    this.#relations = relations;
  }

  /**
   * Appends an event to the end of a room's timeline; without `fork` it follows all tips of the room.
   *
   * @param brought - What comes with the event, from a state that was not known here before.
   * @param isAfterGap - Whether some of what it follows is not here, and may come later: places are left free for that.
   */
  append(
    room: LoadedRoom,
    checked: CheckedEvent,
    {
      fork,
      brought,
      isAfterGap = false,
    }: { readonly fork?: (nid: number) => ForkedMove; readonly brought?: StatedChanges; readonly isAfterGap?: boolean } = {},
  ): AppendedEvent {
    const { log } = this.#rooms.core;
    const nid = log.next(room.shard, isAfterGap ? COUNTERS_OF_GAP : 0);
    const place = placeAfter(nid);
    const own = fork?.(nid) ?? this.#straightMove(room, checked, nid);
    const move = brought
      ? { ...own, memberships: [...brought.memberships, ...own.memberships], openings: [...brought.openings, ...own.openings] }
      : own;
    const event = this.#store(room, checked, { nid, place, afterNid: move.stateNid, isForked: fork !== undefined });
    const depth = Math.max(room.head.depth, event.fields.depth);
    const span = spanOf(event.fields.ts);
    const times = span === room.head.span ? [] : [startSpan(room.nid, place, span)];
    const head: RoomHead = { tips: move.tips, depth, end: place, span, stateNid: move.stateNid, state: move.state };
    room.head = head;
    const stored = insertOperations(event, checked);
    const operations = [
      ...move.operations,
      ...stored,
      ...times,
      ...effectOperations(room, event, checked, move),
      ...this.#stick(event, checked.pdu),
    ];
    return { event, operations, publish: () => this.#publish(room, event, { checked, move, head }) };
  }

  /**
   * Stores an event beside the timeline's end: as history at a place of its own, or in no timeline. Nobody is told.
   *
   * @param afterNid - The state group after a row of history, where it is known.
   */
  shelve(
    room: LoadedRoom,
    checked: CheckedEvent,
    { place, status, afterNid }: { readonly place: Place | null; readonly status: number; readonly afterNid: number | null },
  ): AppendedEvent {
    const nid = this.#rooms.core.log.next(room.shard);
    const event = this.#store(room, checked, { nid, place, afterNid, isForked: false, status });
    const publish = (): void => {
      if (place === null) return;
      this.#timelines.forget(room.nid);
      this.#noteRelation(room, event, checked.pdu);
      this.#noteRedaction(room, checked);
    };
    if (place === null) return { event, operations: insertOperations(event, checked), publish };
    const times = startSpan(room.nid, place, spanOf(event.fields.ts));
    return { event, operations: [...insertOperations(event, checked), times, ...redactionOperations(room, event, checked)], publish };
  }

  /** Stores what became of an event that others had named before it came, and in which state it was sent. It gets no place. */
  async settle(
    room: LoadedRoom,
    event: StoredEvent,
    { status, before, first }: { readonly status: number; readonly before: GroupedState; readonly first: readonly WriteOperation[] },
  ): Promise<void> {
    await this.commit(room, [], {
      first: [...first, operation(placeEvent, event.nid, null, before.stateNid, status)],
      published: () => this.#rooms.events.evict(event.nid),
    });
  }

  /** Gives an event that was in no timeline its place in the history. */
  async place(
    room: LoadedRoom,
    event: StoredEvent,
    { place, before, first }: { readonly place: Place; readonly before: GroupedState; readonly first: readonly WriteOperation[] },
  ): Promise<void> {
    const placed = operation(placeEvent, event.nid, place, before.stateNid, eventStatus.accepted);
    const relation = eventRelation(event.fields.type, event.content);
    await this.commit(room, [], {
      first: [
        ...first,
        placed,
        startSpan(room.nid, place, spanOf(event.fields.ts)),
        ...(relation ? relateOperations(event.nid, relation) : []),
      ],
      published: () => {
        this.#rooms.events.evict(event.nid);
        this.#timelines.forget(room.nid);
        if (relation) this.#relations.changed(room.nid, relation.targetId);
      },
    });
  }

  /** Commits appended events together with what else belongs to them; resolves when they are durable and visible. */
  async commit(
    room: LoadedRoom,
    appended: readonly AppendedEvent[],
    more: { readonly first?: readonly WriteOperation[]; readonly published?: () => void } = {},
  ): Promise<void> {
    const { core } = this.#rooms;
    const { stateNid, depth, end } = room.head;
    const tips = tipsColumn(room.head);
    this.#rooms.hold(room);
    await core.log.append({
      positions: appended.map(({ event }) => event.nid),
      operations: [
        ...(more.first ?? []),
        ...appended.flatMap(({ operations }) => operations),
        operation(updateRoom, room.nid, tips, stateNid, end, depth),
      ],
      publish: () => {
        try {
          for (const { event, publish } of appended) {
            this.#rooms.events.settle(event, true);
            publish();
          }
          more.published?.();
        } finally {
          this.#rooms.release(room);
        }
      },
      revert: () => {
        for (const { event } of appended) {
          this.#rooms.events.settle(event, false);
          this.#rooms.sticky.revert(room.nid, event.nid);
        }
        this.#rooms.reload(room);
      },
    });
  }

  /**
   * Moves a room without an event: its members change, and where a head is given, its graph and state. That happens at a position of its own.
   *
   * @param first - What else is stored, given the position.
   */
  async amend(room: LoadedRoom, { memberships, openings = [], head, first, published }: Amendment): Promise<void> {
    const { core } = this.#rooms;
    const pos = core.log.next(room.shard);
    if (head) room.head = head;
    const stored = memberships.map(({ userNid, membership, eventNid }) =>
      operation(upsertMembership, room.nid, userNid, membership, eventNid, pos),
    );
    this.#rooms.hold(room);
    await core.log.append({
      positions: [pos],
      operations: [
        ...first(pos),
        ...stored,
        ...openings.map((opening) => openingOperation(room.nid, opening)),
        ...(head ? [operation(updateRoom, room.nid, tipsColumn(head), head.stateNid, head.end, head.depth)] : []),
      ],
      publish: () => {
        try {
          const { view } = room;
          if (head) {
            // What was before is looked up.
            Object.assign(view, { end: head.end, stateNid: head.stateNid, state: head.state, straightSince: head.end });
            this.#timelines.forget(room.nid);
          }
          published?.(pos);
          for (const change of memberships) this.#rooms.applyMembership(room, change.userNid, { ...change, pos });
          core.wakeUps.touch(memberships.map(({ userNid }) => userNid));
          core.wakeUps.touch([keyOfRoom(room.nid)]);
          if (head) core.wakeUps.touch(joinedUsers(view));
        } finally {
          this.#rooms.release(room);
        }
      },
      revert: () => this.#rooms.reload(room),
    });
  }

  /** The move of a room by an event that follows all its tips. */
  #straightMove(room: LoadedRoom, checked: CheckedEvent, nid: number): ForkedMove {
    const { eventId, pdu, numbers, before } = checked;
    const { skeyNid, memberNid } = numbers;
    if (skeyNid === undefined) return { ...before, tips: [{ nid, eventId, ...before }], memberships: [], openings: [], operations: [] };
    const group = this.#rooms.stateGroups.create(room, before, [[skeyNid, nid]]);
    const { stateNid, state } = group;
    const membership = memberNid === undefined ? undefined : statedMembership(pdu);
    const memberships = memberNid === undefined || membership === undefined ? [] : [{ userNid: memberNid, membership, eventNid: nid }];
    const opening = statedOpening(checked, pdu);
    const openings = opening ? [opening] : [];
    return { stateNid, state, tips: [{ nid, eventId, stateNid, state }], memberships, openings, operations: [group.operation] };
  }

  #store(room: LoadedRoom, checked: CheckedEvent, at: PlacedAt): StoredEvent {
    const { pdu, numbers, before, origin } = checked;
    const { skeyNid } = numbers;
    const event = new StoredEvent(
      {
        nid: at.nid,
        roomNid: room.nid,
        place: at.place,
        eventId: checked.eventId,
        type: checked.type,
        stateKey: checked.stateKey,
        senderNid: numbers.senderNid,
        sender: checked.sender,
        // The PDU was built here or passed the check of its format.
        depth: pdu["depth"] as number,
        ts: pdu["origin_server_ts"] as number,
        stateNid: before.stateNid,
        afterNid: at.afterNid,
        isForked: at.isForked,
        replacesNid: skeyNid === undefined ? null : replacedBy(checked, before.state.get(skeyNid)),
        status: at.status ?? eventStatus.accepted,
        redactedBy: checked.redactedBy ?? null,
        deviceNid: origin?.deviceNid ?? null,
        txn: origin?.txn?.id ?? null,
        delayId: origin?.delayed?.delayId ?? null,
        json: JSON.stringify(pdu),
      },
      room.rules,
      pdu,
    );
    this.#rooms.events.hold(event);
    return event;
  }

  /** Makes a committed event visible and marks those whom it concerns. */
  #publish(room: LoadedRoom, event: StoredEvent, { checked, move, head }: Published): void {
    const { core, recent } = this.#rooms;
    const { view } = room;
    if (checked.known) this.#rooms.events.evict(checked.known.nid);
    view.end = head.end;
    view.stateNid = head.stateNid;
    view.state = head.state;
    if (event.fields.isForked) view.straightSince = head.end;
    else if (event.fields.type === "m.room.create") view.straightSince = timelineStart;
    this.#noteRedaction(room, checked);
    this.#noteRelation(room, event, checked.pdu);
    for (const { userNid, membership, eventNid } of move.memberships) {
      core.wakeUps.touch([userNid], room.nid);
      this.#rooms.applyMembership(room, userNid, { membership, eventNid, pos: event.nid });
    }
    this.#timelines.add(room, event);
    event.keepPdu(checked.pdu);
    recent.add(event, room.shard);
    if (event.fields.stateKey !== undefined) this.#rooms.tellState(room, event);
    core.wakeUps.touch([keyOfRoom(room.nid)]);
    core.wakeUps.touch(joinedUsers(view), room.nid);
  }

  #noteRedaction(room: LoadedRoom, { redaction }: CheckedEvent): void {
    if (!redaction) return;
    this.#rooms.events.evict(redaction.nid);
    this.#timelines.forget(room.nid);
    if (redaction.relation) this.#relations.changed(room.nid, redaction.relation.targetId);
  }

  /** Takes in an event that is sticky. */
  #stick({ nid, fields }: StoredEvent, pdu: JsonObject): WriteOperation[] {
    const expiresTs = stickyUntil(pdu, this.#rooms.core.clock.now());
    if (expiresTs === undefined) return [];
    const { roomNid, senderNid, json } = fields;
    return this.#rooms.sticky.append(roomNid, { nid, senderNid, expiresTs, bytes: Buffer.byteLength(json) });
  }

  #noteRelation(room: LoadedRoom, { fields }: StoredEvent, pdu: JsonObject): void {
    const relation = eventRelation(fields.type, pdu["content"]);
    if (relation) this.#relations.changed(room.nid, relation.targetId);
  }
}

/** A change of a room that no event makes. */
export interface Amendment {
  readonly memberships: readonly NewMembership[];
  readonly openings?: readonly Opening[];
  readonly head?: RoomHead | undefined;
  readonly first: (pos: Position) => readonly WriteOperation[];
  /** Runs before the memberships become visible. */
  readonly published?: (pos: Position) => void;
}

function tipsColumn({ tips }: RoomHead): string {
  return JSON.stringify(tips.map((tip) => [tip.nid, tip.stateNid]));
}

interface PlacedAt {
  readonly nid: number;
  readonly place: Place | null;
  readonly afterNid: number | null;
  readonly isForked: boolean;
  readonly status?: number;
}

interface Published {
  readonly checked: CheckedEvent;
  readonly move: ForkedMove;
  readonly head: RoomHead;
}

/** The membership that a membership event sets. */
export function statedMembership(pdu: JsonObject): string | undefined {
  const { content } = pdu as { readonly content: JsonObject };
  return typeof content["membership"] === "string" ? content["membership"] : undefined;
}

/** What stores an event, and to which one it relates if it has a place. */
function insertOperations(event: StoredEvent, checked: CheckedEvent): WriteOperation[] {
  const { fields } = event;
  const { pdu, numbers, known } = checked;
  const { senderNid, typeNid, skeyNid } = numbers;
  const { nid, roomNid, place, eventId, depth, ts, stateNid, afterNid, isForked, replacesNid, status, deviceNid, txn, delayId, json } =
    fields;
  const insert = operation(
    insertEvent,
    nid,
    roomNid,
    place,
    eventId,
    typeNid,
    skeyNid ?? null,
    senderNid,
    depth,
    ts,
    stateNid,
    afterNid,
    Number(isForked),
    replacesNid,
    status,
    deviceNid,
    txn,
    delayId,
    json,
  );
  const relation = place === null ? undefined : eventRelation(fields.type, pdu["content"]);
  const renumbered = known ? [operation(renumberEvent, known.nid, nid)] : [];
  return [...renumbered, insert, ...redactedOperations(event, checked), ...(relation ? relateOperations(nid, relation) : [])];
}

/** The state event that one replaces; a state that others say may have the event itself already. */
function replacedBy({ known }: CheckedEvent, nid: number | undefined): number | null {
  return nid === undefined || nid === known?.nid ? null : nid;
}

/** What an event changes besides the timeline: memberships, who may find the members, a redaction, a transaction ID. */
function effectOperations(
  room: LoadedRoom,
  event: StoredEvent,
  checked: CheckedEvent,
  { memberships, openings }: ForkedMove,
): WriteOperation[] {
  const { origin } = checked;
  const operations = memberships.map(({ userNid, membership, eventNid }) =>
    operation(upsertMembership, room.nid, userNid, membership, eventNid, event.nid),
  );
  operations.push(...redactionOperations(room, event, checked));
  for (const opening of openings) operations.push(openingOperation(room.nid, opening));
  if (origin?.delayed) operations.push(origin.delayed.sent(event.nid));
  if (origin?.txn !== undefined)
    operations.push(operation(insertTransaction, origin.deviceNid, origin.txn.key, event.nid, event.fields.ts));
  return operations;
}
