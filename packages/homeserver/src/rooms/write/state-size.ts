import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { keyList } from "../../store/statement.ts";
import { sizeOfEvents } from "../../store/statements/events.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventDraft } from "./event-draft.ts";
import { RoomState } from "../state/room-state.ts";
import { findStateKey, peekStateKey } from "../state/state-key.ts";

/** The largest event, in bytes. */
const EVENT_BYTES = 65_536;
/** So few entries are never too large. */
const SMALL = Math.floor(limits.stateBytes.value / EVENT_BYTES) - 1;
/** How many events are measured at once. */
const MEASURED_AT_ONCE = 1_000;

/** A state event that is about to be sent. */
interface StateDraft {
  readonly type: string;
  readonly stateKey: string;
  readonly content: object;
  /** The entries of the state, but for memberships. */
  readonly entries: number;
}

/** What a room's state is without the entry that an event would replace. */
interface Measured {
  /** Whether there is no such entry. */
  readonly isNew: boolean;
  readonly bytes: number;
}

/**
 * Bounds the state of rooms beside the memberships, which every new member downloads. Only rooms with much state are
 * measured, once, and from then on by what has changed.
 */
export class StateSize {
  readonly #rooms: Rooms;
  /** A room that was reloaded, since events were not stored that it had, is measured anew. */
  readonly #measured = new WeakMap<LoadedRoom, { readonly state: RoomState; readonly bytes: number }>();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /**
   * Checks that there is room for an event in the state of its room.
   *
   * @returns Nothing where nothing need be measured, or all that is needed is in memory.
   * @throws {LimitError}
   */
  require(room: LoadedRoom, { type, stateKey, content }: EventDraft): Promise<void> | undefined {
    if (stateKey === undefined) return undefined;
    if (type === "m.room.member") requireWithin("membershipBytes", Buffer.byteLength(JSON.stringify(content)), "the content");
    const entries = Math.max(0, room.head.state.size - room.view.members.size);
    if (type === "m.room.member" || entries < SMALL) return undefined;
    const draft = { type, stateKey, content, entries };
    const measured = this.#peek(room, draft);
    if (!measured) return this.#load(room, draft).then((loaded) => requireRoom(draft, loaded));
    requireRoom(draft, measured);
    return undefined;
  }

  /** Measures a room by what is in memory; `undefined` if that is not enough. */
  #peek(room: LoadedRoom, { type, stateKey }: StateDraft): Measured | undefined {
    const { state } = room.head;
    const known = this.#measured.get(room);
    const skey = peekStateKey(this.#rooms.core, type, stateKey);
    if (!known || skey === undefined) return undefined;
    const before = state.get(skey);
    const { come, gone } = changesOf(known.state, state);
    const [added, removed, freed] = [come, gone, before === undefined ? [] : [before]].map((nids) => this.#peekSize(nids));
    if (added === undefined || removed === undefined || freed === undefined) return undefined;
    const bytes = known.bytes + added - removed;
    this.#measured.set(room, { state, bytes });
    return { isNew: before === undefined, bytes: bytes - freed };
  }

  async #load(room: LoadedRoom, { type, stateKey }: StateDraft): Promise<Measured> {
    const { state } = room.head;
    const skey = await findStateKey(this.#rooms.core, type, stateKey);
    const before = skey === undefined ? undefined : state.get(skey);
    const bytes = await this.#measure(room, state);
    return { isNew: before === undefined, bytes: bytes - (before === undefined ? 0 : await this.#sizeOf([before])) };
  }

  async #measure(room: LoadedRoom, state: RoomState): Promise<number> {
    const known = this.#measured.get(room);
    if (known?.state === state) return known.bytes;
    const { come, gone } = changesOf(known?.state ?? RoomState.empty, state);
    const bytes = (known?.bytes ?? 0) + (await this.#sizeOf(come)) - (await this.#sizeOf(gone));
    this.#measured.set(room, { state, bytes });
    return bytes;
  }

  /** The bytes of events that are in memory, but for memberships. */
  #peekSize(nids: readonly number[]): number | undefined {
    let bytes = 0;
    for (const nid of nids) {
      const fields = this.#rooms.events.peek(nid)?.fields;
      if (!fields) return undefined;
      if (fields.type !== "m.room.member") bytes += Buffer.byteLength(fields.json);
    }
    return bytes;
  }

  /** The bytes of events, but for memberships. */
  async #sizeOf(nids: readonly number[]): Promise<number> {
    const { core, events } = this.#rooms;
    // What waits for its commit is in memory alone; it is told apart before the first pause, after which it may be stored.
    const pending = nids.flatMap((nid) => events.pending(nid) ?? []).filter(({ fields }) => fields.type !== "m.room.member");
    const stored = nids.filter((nid) => !events.pending(nid));
    let bytes = pending.reduce((sum, { fields }) => sum + Buffer.byteLength(fields.json), 0);
    const memberType = (await core.eventTypes.find("m.room.member")) ?? 0;
    for (let at = 0; at < stored.length; at += MEASURED_AT_ONCE) {
      const turn = turnIfDue();
      if (turn) await turn;
      const row = await core.store.get(sizeOfEvents, keyList(stored.slice(at, at + MEASURED_AT_ONCE)), memberType);
      bytes += row?.bytes ?? 0;
    }
    return bytes;
  }
}

function requireRoom({ entries, content }: StateDraft, { isNew, bytes }: Measured): void {
  if (isNew) requireWithin("stateEntries", entries + 1, "the state of the room");
  requireWithin("stateBytes", bytes + Buffer.byteLength(JSON.stringify(content)), "the state of the room");
}

/** The events in which a state differs from an earlier one. */
function changesOf(before: RoomState, after: RoomState): { readonly come: readonly number[]; readonly gone: readonly number[] } {
  const changes = after.changesSince(before);
  return { come: changes.flatMap(([, nid]) => (nid === 0 ? [] : nid)), gone: changes.flatMap(([skey]) => before.get(skey) ?? []) };
}
