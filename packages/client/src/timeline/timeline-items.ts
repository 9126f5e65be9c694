import { type ClientEventWithoutRoomId, getBundledRelations, getRelation, isRedacted } from "@patrix/events";
import type { EventId, UserId } from "@patrix/identifiers";
import type { RoomVersionRules } from "@patrix/room-versions";
import type { Member } from "../base/members.ts";
import type { RoomData } from "../base/room-data.ts";
import { roomRules } from "../base/room-rules.ts";
import { encryptionOf, noteEncryption } from "../encryption/event-encryption.ts";
import type { Sending } from "../outbox/sending.ts";
import type { EventItem, MatrixEvent, TimelineItem } from "../rooms/room.ts";
import { readPositions } from "./read-positions.ts";
import { isShown, presentEvent, type Presented, type RelatedEvents, relateEvents } from "./relate-events.ts";

/** What a timeline is made of at one moment. */
export interface TimelineState {
  /** Oldest first, with what is being sent at the end. */
  readonly events: readonly ClientEventWithoutRoomId[];
  /** Events without a place, that say something of others. */
  readonly loose: Iterable<ClientEventWithoutRoomId>;
  readonly data: RoomData;
  readonly atStart: boolean;
  /** Whether everything after the first event is there, so that what is counted is all there is. */
  readonly isWhole: boolean;
}

/** What {@link TimelineItems} work with. */
export interface ItemParts {
  readonly ownUserId: () => UserId;
  /** Whether an event has an item of its own. */
  readonly shows: (event: ClientEventWithoutRoomId) => boolean;
  readonly keyOf: (event: ClientEventWithoutRoomId) => string;
  readonly sendingOf: (event: ClientEventWithoutRoomId) => Sending | undefined;
  readonly describe: (userId: UserId) => Member;
  readonly makeEvent: (event: ClientEventWithoutRoomId, sender: Member) => MatrixEvent;
  /** An event that was fetched because it was answered. */
  readonly answered: (id: EventId) => ClientEventWithoutRoomId | undefined;
}

interface Made {
  readonly source: ClientEventWithoutRoomId;
  readonly content: unknown;
  readonly sender: Member;
  readonly event: MatrixEvent;
}

/** What one making leaves for the next. */
interface Memory {
  readonly made: Map<EventId, Made>;
  readonly members: Map<UserId, Member>;
}

/** Makes the items of a timeline; what has not changed since the last time is the same object. */
export class TimelineItems {
  readonly #parts: ItemParts;
  readonly #memory: Memory = { made: new Map(), members: new Map() };
  #items = new Map<string, TimelineItem>();

  constructor(parts: ItemParts) {
    this.#parts = parts;
  }

  /** Makes the items for a state of the timeline. */
  build(state: TimelineState): readonly TimelineItem[] {
    const round = new Round(this.#parts, state, this.#memory);
    const items: TimelineItem[] = [];
    const now = new Map<string, TimelineItem>();
    const add = (item: TimelineItem): void => {
      // A day can come twice where the clocks of servers differ.
      const key = now.has(item.key) ? `${item.key}#${now.size}` : item.key;
      const fresh = key === item.key ? item : { ...item, key };
      const before = this.#items.get(key);
      const kept = before && isSame(before, fresh) ? before : Object.freeze(fresh);
      now.set(key, kept);
      items.push(kept);
    };
    if (state.atStart) add({ kind: "start", key: "start" });
    let day: string | undefined;
    for (const place of round.shown) {
      const event = state.events[place];
      if (!event) continue;
      const date = new Date(event.origin_server_ts);
      const today = dayOf(date);
      if (today !== day) add({ kind: "date", key: `date.${today}`, date: new Date(date.getFullYear(), date.getMonth(), date.getDate()) });
      day = today;
      if (place === round.firstUnread) add({ kind: "read-marker", key: "read-marker" });
      add(round.itemAt(place, event));
    }
    this.#items = now;
    round.forgetRest();
    return items;
  }
}

/** One making of all items. */
class Round {
  /** Places of the events that are shown. */
  readonly shown: readonly number[];
  /** The place of the first event that is unread; `undefined` if none is that another has sent. */
  readonly firstUnread: number | undefined;
  readonly #parts: ItemParts;
  readonly #state: TimelineState;
  readonly #memory: Memory;
  readonly #used = new Set<EventId>();
  readonly #rules: RoomVersionRules;
  readonly #related: RelatedEvents;
  readonly #members = new Map<UserId, Member>();
  readonly #byId: Map<EventId, ClientEventWithoutRoomId>;
  readonly #readersAt: ReadonlyMap<number, readonly UserId[]>;

  constructor(parts: ItemParts, state: TimelineState, memory: Memory) {
    const { events, loose, data } = state;
    this.#parts = parts;
    this.#state = state;
    this.#memory = memory;
    this.#rules = roomRules(data.state);
    this.#related = relateEvents([...events, ...loose], this.#rules);
    this.#byId = new Map(events.map((event) => [event.event_id, event]));
    this.shown = [...events.keys()].filter((place) => {
      const event = events[place];
      return event !== undefined && isShown(event) && parts.shows(event);
    });
    const ownUserId = parts.ownUserId();
    const { readersAt, ownAt } = readPositions(data, { events, shown: this.shown, ownUserId });
    this.#readersAt = readersAt;
    const unread = ownAt === undefined ? [] : this.shown.filter((place) => place > ownAt);
    this.firstUnread = unread.some((place) => events[place]?.sender !== ownUserId) ? unread[0] : undefined;
  }

  /** Forgets what this making had no use for. */
  forgetRest(): void {
    const { made, members } = this.#memory;
    for (const id of made.keys()) if (!this.#used.has(id)) made.delete(id);
    for (const id of members.keys()) if (!this.#members.has(id)) members.delete(id);
  }

  itemAt(place: number, source: ClientEventWithoutRoomId): TimelineItem {
    const presented = presentEvent(source, this.#related, this.#rules);
    const key = this.#parts.keyOf(source);
    const event = this.#eventOf(source, presented);
    if (source.type === "m.room.encrypted" && source.state_key === undefined && !isRedacted(presented.event))
      return { kind: "undecryptable", key, event, cause: event.encryption?.reason ?? "it was not decrypted" };
    return {
      kind: "event",
      key,
      event,
      message: event.is("m.room.message") && "mentionsMe" in event ? event : undefined,
      edited: presented.edited,
      redacted: isRedacted(presented.event),
      replyTo: this.#replyOf(presented.event),
      reactions: this.#reactionsOf(source),
      readBy: (this.#readersAt.get(place) ?? []).map((id) => this.#member(id)),
      thread: this.#threadOf(source),
      sending: this.#parts.sendingOf(source),
    };
  }

  #member(id: UserId): Member {
    const known = this.#members.get(id);
    if (known) return known;
    const [before, now] = [this.#memory.members.get(id), this.#parts.describe(id)];
    const member = before && isEqual(before, now) ? before : now;
    this.#members.set(id, member);
    this.#memory.members.set(id, member);
    return member;
  }

  #eventOf(source: ClientEventWithoutRoomId, presented: Presented = presentEvent(source, this.#related, this.#rules)): MatrixEvent {
    const id = source.event_id;
    this.#used.add(id);
    const sender = this.#member(source.sender);
    const { event } = presented;
    const known = this.#memory.made.get(id);
    const isKept = known?.source === source && isEqual(known.content, event.content) && known.sender === sender;
    if (isKept) return known.event;
    const encryption = encryptionOf(source);
    const shown = encryption && event !== source ? noteEncryption(event, encryption) : event;
    const made = { source, content: event.content, sender, event: this.#parts.makeEvent(shown, sender) };
    this.#memory.made.set(id, made);
    return made.event;
  }

  #replyOf({ content }: ClientEventWithoutRoomId): EventItem["replyTo"] {
    const relation = getRelation(content);
    const id = relation?.kind === "reply" || relation?.kind === "thread" ? relation.inReplyTo : undefined;
    if (id === undefined) return undefined;
    const source = this.#byId.get(id) ?? this.#parts.answered(id);
    return source ? { id, event: this.#eventOf(source) } : { id };
  }

  #reactionsOf({ event_id: id }: ClientEventWithoutRoomId): EventItem["reactions"] {
    const byKey = new Map<string, { sender: Member; id: EventId }[]>();
    for (const { key, sender, id: reactionId } of this.#related.reactions.get(id) ?? []) {
      const entry = { sender: this.#member(sender), id: reactionId };
      const others = byKey.get(key);
      if (others) others.push(entry);
      else byKey.set(key, [entry]);
    }
    return byKey;
  }

  #threadOf({ event_id: id, unsigned }: ClientEventWithoutRoomId): EventItem["thread"] {
    const known = (this.#related.threads.get(id) ?? []).filter(isShown);
    // Of a part of the history the server knows better how long a thread is.
    const bundled = this.#state.isWhole ? undefined : getBundledRelations(unsigned)["m.thread"];
    const count = Math.max(known.length, bundled?.count ?? 0);
    const latest = known.at(-1) ?? bundled?.latest_event;
    return count === 0 ? undefined : { count, latest: latest && this.#eventOf(latest) };
  }
}

function dayOf(date: Date): string {
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** Whether two items show the same. */
function isSame(a: TimelineItem, b: TimelineItem): boolean {
  if (a.kind !== "event" || b.kind !== "event") {
    if (a.kind === "undecryptable" && b.kind === "undecryptable") return a.event === b.event && a.cause === b.cause;
    return a.kind === b.kind;
  }
  return (
    a.event === b.event &&
    a.edited === b.edited &&
    a.redacted === b.redacted &&
    a.sending === b.sending &&
    a.replyTo?.id === b.replyTo?.id &&
    a.replyTo?.event === b.replyTo?.event &&
    a.thread?.count === b.thread?.count &&
    a.thread?.latest === b.thread?.latest &&
    isEqual(a.readBy, b.readBy) &&
    isEqual([...a.reactions], [...b.reactions])
  );
}

/** Whether two JSON values are the same; members in another order are another value. */
function isEqual(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}
