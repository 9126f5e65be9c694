import { LruCache } from "@patrix/concurrency";
import { requireWithin } from "../../errors.ts";
import { limits } from "../../limits.ts";
import { keyList } from "../../store/statement.ts";
import { sizeOfEvents } from "../../store/statements/events.ts";
import { turnIfDue } from "../../turns.ts";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import type { EventDraft } from "./event-draft.ts";
import type { RoomState } from "../state/room-state.ts";
import { findStateKey } from "../state/state-key.ts";

/** The largest event, in bytes. */
const EVENT_BYTES = 65_536;
/** So few entries are never too large. */
const SMALL = Math.floor(limits.stateBytes.value / EVENT_BYTES) - 1;
/** How many events are measured at once. */
const MEASURED_AT_ONCE = 1_000;
const REMEMBERED_ROOMS = 2_000;

/** A state event that is about to be sent. */
interface StateDraft {
  readonly type: string;
  readonly stateKey: string;
  readonly content: object;
}

/**
 * Bounds the state of rooms beside the memberships, which every new member downloads. Only rooms with much state are
 * measured, once, and from then on by what has changed.
 */
export class StateSize {
  readonly #rooms: Rooms;
  readonly #measured = new LruCache<number, { readonly state: RoomState; readonly bytes: number }>(REMEMBERED_ROOMS);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /**
   * Checks that there is room for an event in the state of its room.
   *
   * @returns Nothing where nothing need be measured.
   * @throws {LimitError}
   */
  require(room: LoadedRoom, { type, stateKey, content }: EventDraft): Promise<void> | undefined {
    if (stateKey === undefined) return undefined;
    if (type === "m.room.member") requireWithin("membershipBytes", Buffer.byteLength(JSON.stringify(content)), "the content");
    const entries = Math.max(0, room.head.state.size - room.view.members.size);
    return type === "m.room.member" || entries < SMALL ? undefined : this.#requireRoom(room, { type, stateKey, content }, entries);
  }

  async #requireRoom({ nid, head: { state } }: LoadedRoom, { type, stateKey, content }: StateDraft, entries: number): Promise<void> {
    const skey = await findStateKey(this.#rooms.core, type, stateKey);
    const before = skey === undefined ? undefined : state.get(skey);
    if (before === undefined) requireWithin("stateEntries", entries + 1, "the state of the room");
    const bytes = await this.#measure(nid, state);
    const freed = before === undefined ? 0 : await this.#sizeOf([before]);
    requireWithin("stateBytes", bytes - freed + Buffer.byteLength(JSON.stringify(content)), "the state of the room");
  }

  async #measure(roomNid: number, state: RoomState): Promise<number> {
    const known = this.#measured.get(roomNid);
    if (known?.state === state) return known.bytes;
    const changes = known ? state.changesSince(known.state) : [...state.entries()];
    const gone = known ? changes.flatMap(([skey]) => known.state.get(skey) ?? []) : [];
    const come = changes.flatMap(([, nid]) => (nid === 0 ? [] : nid));
    const bytes = (known?.bytes ?? 0) + (await this.#sizeOf(come)) - (await this.#sizeOf(gone));
    this.#measured.set(roomNid, { state, bytes });
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
