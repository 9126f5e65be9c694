import type { JsonObject } from "@patrix/api";
import { type ClientEventWithoutRoomId, getReceipts, getRelation } from "@patrix/events";
import { type EventId, isEventId, type UserId } from "@patrix/identifiers";
import { redactContent, redactsOf } from "@patrix/room-versions";
import { redactEvent } from "./redact-event.ts";
import { maxReceipts, type ReadUpTo, type RoomData, type RoomMembership, type StateEntry, textOf } from "./room-data.ts";
import { roomRules } from "./room-rules.ts";
import { addUnread, readUpTo, recount } from "./unread.ts";

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

  /** Sets what is known of a member of whom the state does not tell. */
  addMember(entry: StateEntry): void {
    if (this.#state.get("m.room.member")?.get(entry.state_key)?.event_id === undefined) this.setState(entry);
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

  /** Counts an event that has just come, which is unread; what the user has sent, the user has read, and what was before it. */
  addUnread(
    event: ClientEventWithoutRoomId,
    {
      userId,
      countsAs = () => 0,
    }: { readonly userId: UserId; readonly countsAs: ((event: ClientEventWithoutRoomId, room: RoomData) => number) | undefined },
  ): void {
    const { event_id: id, sender, content } = event;
    const relation = getRelation(content);
    const root = relation?.kind === "thread" ? relation.rootId : undefined;
    const isOwn = sender === userId;
    const weight = isOwn ? 0 : countsAs(event, this.finish());
    this.data.unread = addUnread(this.data.unread, root === undefined ? [id, weight] : [id, weight, root]);
    if (isOwn && event.state_key === undefined) this.data.unread = readUpTo(this.data.unread, id, { scope: root ?? "main", isLast: false });
  }

  /** Applies the content of `m.receipt`. */
  addReceipts(content: JsonObject, ownUserId: UserId): void {
    const receipts = new Map(this.data.receipts);
    for (const { type, userId, eventId, ts = 0, threadId } of getReceipts(content)) {
      if (type !== "m.read" && type !== "m.read.private") continue;
      if (userId === ownUserId) this.#read(eventId, threadId);
      // Receipts inside threads say nothing of the room's own timeline.
      if (threadId !== undefined && threadId !== "main") continue;
      this.#addReceipt(receipts, { userId, upTo: { eventId, ts }, ownUserId });
    }
    for (const userId of receipts.keys()) {
      if (receipts.size <= maxReceipts) break;
      receipts.delete(userId);
    }
    this.data.receipts = receipts;
  }

  /** The user has read something, on any device. */
  #read(eventId: EventId, threadId: string | undefined): void {
    const isLast = eventId === this.data.lastEventId;
    const scope = threadId === undefined || threadId === "main" || isEventId(threadId) ? threadId : undefined;
    this.data.unread = readUpTo(this.data.unread, eventId, { scope, isLast });
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
    this.data.unread = recount(this.data.unread, target, 0);
    const { latest } = this.data;
    if (latest?.event_id === target) this.data.latest = redactEvent(latest, redaction, rules);
    for (const entries of this.#state.values())
      for (const entry of entries.values())
        if (entry.event_id === target) this.setState({ ...entry, content: redactContent(entry.type, entry.content, rules) });
  }
}

/** Whether an event is one that a room list shows: no edit, reaction or redaction. */
export function isMessage(event: ClientEventWithoutRoomId): boolean {
  if (event.type !== "m.room.message" && event.type !== "m.room.encrypted" && event.type !== "m.sticker") return false;
  return textOf(event.content["m.relates_to"], "rel_type") !== "m.replace";
}
