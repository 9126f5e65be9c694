import { LruCache } from "@patrix/concurrency";
import { canUserSeeEvent } from "@patrix/visibility";
import type { LoadedRoom } from "../room.ts";
import type { Rooms } from "../rooms.ts";
import { limits } from "../../limits.ts";
import { turnIfDue } from "../../turns.ts";
import { type Place, placeAfter } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { Bundles } from "./bundle.ts";
import { eventIn, membershipIn } from "./state-event.ts";

/** What decides who may see an event: the visibility of the history and the viewer's membership, at that point. */
interface Sight {
  readonly visibility: unknown;
  readonly membership: unknown;
}

/** Some messages that were sent in one state, between the place of the first and that of the last. */
export interface SentInState {
  readonly stateNid: number;
  readonly first: Place;
  readonly last: Place;
}

/** What the viewer of events may be told along with them. */
export interface Outlook {
  /** The membership that the viewer had at an event, what the event itself changed included. */
  readonly membership: (event: StoredEvent) => string;
  /** Whether the viewer may see the event that a state event replaced. */
  readonly seesReplaced: (event: StoredEvent) => boolean;
  /** What is bundled with the events, by their IDs; left out for nothing. */
  readonly bundles?: Bundles | undefined;
}

/** Decides which events of a room a local user may see. What is over age nobody sees. */
export class Visibility {
  readonly #rooms: Rooms;
  readonly #sights = new LruCache<string, Sight>(20_000);

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /**
   * Keeps the events that the user may see, in order.
   *
   * @see {@link https://spec.matrix.org/v1.19/client-server-api/#room-history-visibility}
   */
  async filter(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<StoredEvent[]> {
    const seen: StoredEvent[] = [];
    const kept = await this.#rooms.retention.young(room, events);
    await this.#prefetch(room, userNid, kept);
    for (const event of kept) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (isJoinedSince(room, userNid, event) || (await this.#decide(room, userNid, event))) seen.push(event);
    }
    return seen;
  }

  /**
   * Keeps the groups of messages that the user may see, in order. Where the user was not in all along, only so many states are
   * looked at: of the groups that are left then, nothing is seen. How old the messages are is left to the caller.
   */
  async filterGroups<Group extends SentInState>(room: LoadedRoom, userNid: number, groups: readonly Group[]): Promise<Group[]> {
    const seen: Group[] = [];
    const isSure = ({ first }: Group): boolean => hasBeenInSince(room, userNid, first);
    const states = new Set<number>();
    for (const group of groups) if (!isSure(group) && states.size < limits.relatedStates.value) states.add(group.stateNid);
    const unknown = [...states].filter((nid) => nid !== room.view.stateNid && !this.#sights.get(sightKey(userNid, nid)));
    if (unknown.length > 1) await this.#rooms.stateGroups.prefetch(unknown);
    for (const group of groups) {
      const turn = turnIfDue();
      if (turn) await turn;
      if (isSure(group) || (states.has(group.stateNid) && (await this.#seesGroup(room, userNid, group)))) seen.push(group);
    }
    return seen;
  }

  /**
   * Whether the user has been in since before a place of the timeline: then the user sees what is there, whatever it is, unless it was
   * sent before `oldestTs` and is over age. Where that is not known without a look at the store, the answer is no.
   */
  hasBeenIn(room: LoadedRoom, userNid: number, place: Place, oldestTs: number): boolean {
    return hasBeenInSince(room, userNid, place) && oldestTs >= this.#rooms.retention.peekCutoff(room);
  }

  /** Whether the user may see the event. */
  async canSee(room: LoadedRoom, userNid: number, event: StoredEvent): Promise<boolean> {
    if ((await this.#rooms.retention.young(room, [event])).length === 0) return false;
    if (isJoinedSince(room, userNid, event)) return true;
    return this.#decide(room, userNid, event);
  }

  /**
   * What the user may be told along with events that the user sees; a membership is `leave` where there was none. It is known
   * without a look at the store for most events.
   */
  async outlook(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<Outlook> {
    const [membership, seesReplaced] = [await this.#memberships(room, userNid, events), await this.#seenReplaced(room, userNid, events)];
    return { membership, seesReplaced };
  }

  async #seenReplaced(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<Outlook["seesReplaced"]> {
    const nids = events.flatMap(({ fields }) => fields.replacesNid ?? []);
    if (nids.length === 0) return () => false;
    const replaced = await this.#rooms.events.load(nids);
    const seen = new Set((await this.filter(room, userNid, [...replaced.values()])).map(({ nid }) => nid));
    return ({ fields: { replacesNid } }) => replacesNid !== null && seen.has(replacesNid);
  }

  async #memberships(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<Outlook["membership"]> {
    const userId = await this.#rooms.core.users.text(userNid);
    const known = new Map<StoredEvent, unknown>();
    await this.#prefetch(room, userNid, events);
    for (const event of events) {
      const { type, stateKey, stateNid } = event.fields;
      if (type === "m.room.member" && stateKey === userId) known.set(event, event.content["membership"]);
      else if (!isJoinedSince(room, userNid, event)) known.set(event, (await this.#sight(room, userNid, userId, stateNid)).membership);
    }
    return (event) => {
      if (!known.has(event)) return "join";
      const membership = known.get(event);
      return typeof membership === "string" ? membership : "leave";
    };
  }

  /** Reads the states that decide about events, unless it is known already what they say. */
  async #prefetch(room: LoadedRoom, userNid: number, events: readonly StoredEvent[]): Promise<void> {
    const open = events.filter(
      (event) => !isJoinedSince(room, userNid, event) && !this.#sights.get(sightKey(userNid, event.fields.stateNid)),
    );
    const nids = open.map(({ fields }) => fields.stateNid).filter((nid) => nid !== room.view.stateNid);
    if (nids.length > 1) await this.#rooms.stateGroups.prefetch(nids);
  }

  async #seesGroup(room: LoadedRoom, userNid: number, { stateNid, last }: SentInState): Promise<boolean> {
    const userId = await this.#rooms.core.users.text(userNid);
    const { visibility, membership } = await this.#sight(room, userNid, userId, stateNid);
    const sight = { historyVisibility: visibility, membership, hasJoinedSince: hasJoinedSince(room, userNid, last) };
    return canUserSeeEvent(userId, { type: "m.room.message", content: {} }, sight);
  }

  async #decide(room: LoadedRoom, userNid: number, event: StoredEvent): Promise<boolean> {
    const userId = await this.#rooms.core.users.text(userNid);
    const { type, stateKey, stateNid } = event.fields;
    // Whoever rejects an invite, takes back a knock or is banned sees that it is so.
    if (type === "m.room.member" && stateKey === userId && isEnd(event.content["membership"])) return true;
    const { visibility, membership } = await this.#sight(room, userNid, userId, stateNid);
    return canUserSeeEvent(
      userId,
      { type, state_key: stateKey, content: event.content },
      { historyVisibility: visibility, membership, hasJoinedSince: hasJoinedSince(room, userNid, event.fields.place) },
    );
  }

  async #sight(room: LoadedRoom, userNid: number, userId: string, stateNid: number): Promise<Sight> {
    const key = sightKey(userNid, stateNid);
    const known = this.#sights.get(key);
    if (known) return known;
    const state = stateNid === room.view.stateNid ? room.view.state : await this.#rooms.stateGroups.load(stateNid);
    const visibility = (await eventIn(this.#rooms, state, "m.room.history_visibility"))?.content["history_visibility"];
    const membership = await membershipIn(this.#rooms, state, userId);
    const sight: Sight = { visibility: keyword(visibility), membership: keyword(membership) };
    this.#sights.set(key, sight);
    return sight;
  }
}

/**
 * Whether the user has been joined from before the event until now: members see what is sent while they are in. An event of
 * another branch is looked at by itself: there the user may not have been in.
 */
function isJoinedSince(room: LoadedRoom, userNid: number, { fields }: StoredEvent): boolean {
  return fields.place !== null && hasBeenInSince(room, userNid, fields.place);
}

function hasBeenInSince({ view }: LoadedRoom, userNid: number, place: Place): boolean {
  const own = view.members.get(userNid);
  return own?.membership === "join" && place > placeAfter(own.pos) && place > view.straightSince;
}

/** Whether the user was joined at some time after a place; what is in no timeline comes before every place. */
function hasJoinedSince({ view }: LoadedRoom, userNid: number, place: Place | null): boolean {
  const own = view.members.get(userNid);
  return own?.membership === "join" || (own?.leftPos !== undefined && (place === null || place <= placeAfter(own.leftPos)));
}

function sightKey(userNid: number, stateNid: number): string {
  return `${stateNid} ${userNid}`;
}

function isEnd(membership: unknown): boolean {
  return membership === "leave" || membership === "ban";
}

/** A value that can be one of the specification's words; a long text, which is none, is not kept. */
function keyword(value: unknown): unknown {
  return typeof value === "string" && value.length <= 32 ? value : undefined;
}
