import type { JsonObject } from "@patrix/api";
import { type ClientEventWithoutRoomId, getReceipts } from "@patrix/events";
import type { UserId } from "@patrix/identifiers";
import { redactContent, redactsOf } from "@patrix/room-versions";
import { maxReceipts, type ReadUpTo, type RoomData, type RoomMembership, type StateEntry, textOf } from "./room-data.ts";
import { roomRules } from "./room-rules.ts";

/** A place in the state of a room. */
export interface StateSlot {
  readonly type: string;
  readonly stateKey: string;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A room while one sync response is applied to it: what changes is copied once. */
export class RoomDraft {
  readonly data: Mutable<RoomData>;
  readonly #state: Map<string, Map<string, StateEntry>>;
  readonly #copied = new Set<string>();
  readonly #changed = new Map<string, StateSlot>();

  constructor(before: RoomData) {
    this.data = { ...before };
    this.#state = new Map(before.state as ReadonlyMap<string, Map<string, StateEntry>>);
  }

  /** Which state was set or removed. */
  get changedState(): readonly StateSlot[] {
    return [...this.#changed.values()];
  }

  /** Ends the changes. */
  finish(): RoomData {
    this.data.state = this.#state;
    return this.data;
  }

  /** Sets one state event. */
  setState(entry: StateEntry): void {
    const { type, state_key, sender, content, event_id, origin_server_ts } = entry;
    this.#slots(type).set(state_key, { type, state_key, sender, content, event_id, origin_server_ts });
    this.#changed.set(JSON.stringify([type, state_key]), { type, stateKey: state_key });
  }

  /** Forgets all state that `keep` does not want. */
  pruneState(keep: (entry: StateEntry) => boolean): void {
    for (const [type, entries] of this.#state)
      for (const [stateKey, entry] of entries) {
        if (keep(entry)) continue;
        this.#slots(type).delete(stateKey);
        this.#changed.set(JSON.stringify([type, stateKey]), { type, stateKey });
      }
  }

  /** Applies one event of the timeline; `withState` says whether it changes the state. */
  addTimelineEvent(event: ClientEventWithoutRoomId, withState: boolean): void {
    this.data.lastEventId = event.event_id;
    this.data.lastTs = Math.max(this.data.lastTs, event.origin_server_ts);
    if (event.type === "m.room.redaction") this.#redact(event);
    if (event.state_key !== undefined) {
      if (withState) this.setState({ ...event, state_key: event.state_key });
    } else if (isMessage(event)) this.data.latest = event;
  }

  /** Applies the membership of the user, where the state says it. */
  setOwnMembership(membership: RoomMembership): void {
    this.data.membership = membership;
  }

  /** Applies the content of `m.receipt`. */
  addReceipts(content: JsonObject, ownUserId: UserId): void {
    const receipts = new Map(this.data.receipts);
    for (const { type, userId, eventId, ts = 0, threadId = "main" } of getReceipts(content)) {
      // Receipts inside threads say nothing of the room's own timeline.
      if ((type !== "m.read" && type !== "m.read.private") || threadId !== "main") continue;
      this.#addReceipt(receipts, { userId, upTo: { eventId, ts }, ownUserId });
    }
    for (const userId of receipts.keys()) {
      if (receipts.size <= maxReceipts) break;
      receipts.delete(userId);
    }
    this.data.receipts = receipts;
  }

  #addReceipt(receipts: Map<UserId, ReadUpTo>, { userId, upTo, ownUserId }: { userId: UserId; upTo: ReadUpTo; ownUserId: UserId }): void {
    if (userId === ownUserId) {
      if (upTo.ts >= (this.data.ownReceipt?.ts ?? 0)) this.data.ownReceipt = upTo;
      return;
    }
    if (upTo.ts < (receipts.get(userId)?.ts ?? 0)) return;
    // Deleted first, so that the map is ordered by when somebody read last.
    receipts.delete(userId);
    receipts.set(userId, upTo);
  }

  #slots(type: string): Map<string, StateEntry> {
    const existing = this.#state.get(type);
    if (existing && this.#copied.has(type)) return existing;
    const copy = new Map(existing);
    this.#copied.add(type);
    this.#state.set(type, copy);
    return copy;
  }

  #redact(redaction: ClientEventWithoutRoomId): void {
    const rules = roomRules(this.#state);
    const target = redactsOf(redaction, rules);
    if (target === undefined) return;
    const { latest } = this.data;
    if (latest?.event_id === target) {
      const unsigned = { ...latest.unsigned, redacted_because: { ...redaction } };
      this.data.latest = { ...latest, content: redactContent(latest.type, latest.content, rules), unsigned };
    }
    for (const entries of this.#state.values())
      for (const entry of entries.values())
        if (entry.event_id === target) this.setState({ ...entry, content: redactContent(entry.type, entry.content, rules) });
  }
}

/** Whether an event is one that a room list shows: no edit, reaction or redaction. */
function isMessage(event: ClientEventWithoutRoomId): boolean {
  if (event.type !== "m.room.message" && event.type !== "m.room.encrypted" && event.type !== "m.sticker") return false;
  return textOf(event.content["m.relates_to"], "rel_type") !== "m.replace";
}
