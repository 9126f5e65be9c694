import { isCovered } from "../../log/position.ts";
import type { EventFilter } from "../../rooms/read/event-filter.ts";
import type { ClientEvents } from "../../rooms/read/client-events.ts";
import { type RoomSummary, summaryAt } from "../../rooms/read/room-summary.ts";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import { eventsInOrder, memberEventsIn, membershipIn } from "../../rooms/read/state-event.ts";
import type { Outlook, Visibility } from "../../rooms/read/visibility.ts";
import type { LoadedRoom, Membership } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState, StateChange } from "../../rooms/state/room-state.ts";
import { isOfType } from "../../rooms/state/state-key.ts";
import { type Place, placeAfter, placeAtCut, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { EphemeralNews, EphemeralSpan, RoomEphemeral } from "./room-ephemeral.ts";
import type { SentMembers } from "./sent-members.ts";
import type { SyncDevice } from "./sync-sources.ts";
import type { TimelineSection, TimelineSections } from "./timeline-sections.ts";

/** What a sync asks of each room. */
export interface RoomRequest extends EphemeralSpan {
  readonly device: SyncDevice;
  readonly timelineFilter: EventFilter;
  readonly stateFilter: EventFilter;
  readonly fullState: boolean;
  /** Whether the client wants the state at the end of the timeline instead of at its beginning. */
  readonly useStateAfter: boolean;
  /** The users whose messages are not told. */
  readonly ignored: ReadonlySet<string>;
}

/** What is new in a room for one of its members, or for one who was in until a place. */
export interface RoomUpdate {
  readonly room: LoadedRoom;
  /** Whether the client does not know the room yet. */
  readonly isNew: boolean;
  readonly timeline: TimelineSection;
  /** The state that the client lacks: at the beginning of the timeline, or at its end if it asked for that. */
  readonly state: readonly StoredEvent[];
  readonly summary: RoomSummary | undefined;
  readonly ephemeral: EphemeralNews;
  /** Members who came, went or changed between what the client knows and the end, for device lists. */
  readonly changedMembers: readonly StoredEvent[];
  /** What the user may be told along with the events of the timeline. */
  readonly outlook: Outlook;
}

/** The stretch of a room's timeline that a sync shows, with the state at both ends. */
interface RoomSpan {
  /** The client knows the room up to here; `undefined` if it does not know the room. */
  readonly known: { readonly place: Place; readonly state: RoomState } | undefined;
  readonly end: { readonly place: Place; readonly state: RoomState };
}

/** What {@link RoomUpdates} reads from. */
export interface RoomUpdateParts {
  readonly rooms: Rooms;
  readonly states: PlacedStates;
  readonly sections: TimelineSections;
  readonly clientEvents: ClientEvents;
  readonly visibility: Visibility;
  readonly ephemeral: RoomEphemeral;
  readonly sentMembers: SentMembers;
}

const nothingEphemeral: EphemeralNews = { receipts: [], typing: undefined };

/** Works out what is new in rooms between two cuts through the log. */
export class RoomUpdates {
  readonly #parts: RoomUpdateParts;

  constructor(parts: RoomUpdateParts) {
    this.#parts = parts;
  }

  /** Whether a joined room may have something new. */
  hasNews(room: { readonly nid: number; readonly shard: number; readonly end: Place }, request: RoomRequest): boolean {
    const { since } = request;
    return !since || room.end > placeAtCut(since, room.shard) || this.#parts.ephemeral.hasNews(room.nid, request);
  }

  /** Which members of a joined room came, went or changed between two cuts; `isNew` if the user came in between. */
  async memberChanges(
    room: LoadedRoom,
    membership: Membership,
    request: Pick<RoomRequest, "since" | "now" | "device">,
  ): Promise<Pick<RoomUpdate, "isNew" | "changedMembers">> {
    const span = await this.#joinedSpan(room, membership, request);
    return { isNew: span.known === undefined, changedMembers: await this.#changedMembers(span) };
  }

  /** What is new in a room that the user is joined to. */
  async joined(room: LoadedRoom, membership: Membership, request: RoomRequest): Promise<RoomUpdate> {
    const { rooms, ephemeral } = this.#parts;
    const { userNid } = request.device;
    const span = await this.#joinedSpan(room, membership, request);
    const { timeline, state, changedMembers, heroes, outlook } = await this.#read(room, span, request);
    const isNew = span.known === undefined;
    const hasNewState = isNew || changedMembers.length > 0 || timeline.events.some((event) => event.fields.stateKey !== undefined);
    const summary = hasNewState ? (heroes ?? (await summaryAt(rooms, room, span.end, userNid))) : undefined;
    const news = await ephemeral.read(room, userNid, isNew ? { ...request, since: undefined } : request);
    // A client that is told of a room anew has a gap before what it gets now, whatever it may know from earlier.
    const limited = timeline.limited || (isNew && request.since !== undefined);
    return { room, isNew, timeline: { ...timeline, limited }, state, summary, ephemeral: news, changedMembers, outlook };
  }

  /**
   * What a user still sees of a room after leaving it: up to the leave. One who was not in before it sees only the event
   * that ended the invite, the knock or the ban, and nothing of the room.
   */
  async left(room: LoadedRoom, membership: Membership, request: RoomRequest): Promise<RoomUpdate> {
    const { states } = this.#parts;
    const place = placeAfter(membership.pos);
    const end = { place, state: await states.stateAt(room, place) };
    const rest = { room, summary: undefined, ephemeral: nothingEphemeral };
    if (membership.leftPos !== membership.pos) {
      const timeline = await this.#readTimeline(room, { after: placeBefore(place), upTo: place }, request);
      const outlook: Outlook = { membership: () => membership.membership, seesReplaced: () => false };
      // The state after a timeline has what the timeline has set: clients that ask for it take state from nowhere else.
      const state = request.useStateAfter ? timeline.events.filter(({ fields }) => fields.stateKey !== undefined) : [];
      const shown = { timeline: { ...timeline, limited: false }, state, changedMembers: [], outlook };
      return { ...rest, isNew: true, ...shown };
    }
    const since = request.since && placeAtCut(request.since, room.shard);
    const known = since === undefined ? undefined : await this.#knownIfJoined(room, since, request.device);
    const { heroes: _heroes, ...told } = await this.#read(room, { known, end }, request);
    return { ...rest, isNew: known === undefined, ...told };
  }

  async #joinedSpan(
    room: LoadedRoom,
    membership: Membership,
    { since, now, device }: Pick<RoomRequest, "since" | "now" | "device">,
  ): Promise<RoomSpan> {
    const { states } = this.#parts;
    const place = placeAtCut(now, room.shard);
    const end = { place, state: await states.stateAt(room, place) };
    if (!since) return { known: undefined, end };
    const before = placeAtCut(since, room.shard);
    if (isCovered(since, membership.pos)) return { known: { place: before, state: await states.stateAt(room, before) }, end };
    return { known: await this.#knownIfJoined(room, before, device), end };
  }

  /** What a client knows of a room at a place, which is nothing unless the user was joined then. */
  async #knownIfJoined(room: LoadedRoom, place: Place, { userId }: SyncDevice): Promise<RoomSpan["known"]> {
    const state = await this.#parts.states.stateAt(room, place);
    return (await membershipIn(this.#parts.rooms, state, userId)) === "join" ? { place, state } : undefined;
  }

  #readTimeline(
    room: LoadedRoom,
    stretch: { readonly after: Place; readonly upTo: Place },
    request: RoomRequest,
  ): Promise<TimelineSection> {
    const { timelineFilter: filter, useStateAfter, ignored, device } = request;
    return this.#parts.sections.read(room, device.userNid, stretch, { filter, ignored, replayed: !useStateAfter });
  }

  async #read(
    room: LoadedRoom,
    { known, end }: RoomSpan,
    request: RoomRequest,
  ): Promise<Pick<RoomUpdate, "timeline" | "state" | "changedMembers" | "outlook"> & { readonly heroes: RoomSummary | undefined }> {
    const { rooms, states, sentMembers, visibility, clientEvents } = this.#parts;
    const { device, useStateAfter, stateFilter, timelineFilter } = request;
    const timeline = await this.#readTimeline(room, { after: known?.place ?? timelineStart, upTo: end.place }, request);
    const first = timeline.events[0];
    const target = useStateAfter || !first ? end.state : await states.stateBefore(room, first);
    const has = request.fullState ? undefined : known?.state;
    const changes = has ? target.changesSince(has) : [...target.entries()];
    if (!has) sentMembers.reset(device.deviceNid, room.nid);
    const lazy = stateFilter.lazyLoadMembers || timelineFilter.lazyLoadMembers;
    const heroes = lazy && !has ? await summaryAt(rooms, room, end, device.userNid) : undefined;
    const nids = lazy ? await this.#lazily(room, { known, has, changes, target, timeline, heroes }, request) : present(changes);
    const state = (await eventsInOrder(rooms, nids)).filter(
      (event) => (stateFilter.matches?.(event) ?? true) && stateFilter.includesRoom(room.id),
    );
    const changedMembers = await this.#changedMembers({ known, end });
    // One who has had everything until now gets what relates to these events as events.
    const hasGap = timeline.limited || !known;
    const outlook = hasGap
      ? await clientEvents.outlook(room, timeline.events, { userNid: device.userNid, upTo: end.place })
      : await visibility.outlook(room, device.userNid, timeline.events);
    return { timeline, state, changedMembers, heroes, outlook };
  }

  async #changedMembers({ known, end }: RoomSpan): Promise<StoredEvent[]> {
    const changed = known && known.state !== end.state ? present(end.state.changesSince(known.state)) : [];
    return (await eventsInOrder(this.#parts.rooms, changed)).filter((event) => event.fields.type === "m.room.member");
  }

  /**
   * With lazy loading the client gets, of the members that have not changed, only those who sent something in the
   * timeline, the heroes and the user, once. Every change of a membership is sent: clients encrypt for who is in.
   */
  async #lazily(room: LoadedRoom, { known, has, changes, target, timeline, heroes }: LazyState, request: RoomRequest): Promise<number[]> {
    const { rooms, sentMembers } = this.#parts;
    const { core } = rooms;
    const { device, stateFilter, timelineFilter } = request;
    await core.stateKeys.load(changes.map(([skey]) => skey));
    const memberType = await core.eventTypes.find("m.room.member");
    const told = has ? changes : changes.filter(([skey]) => !isOfType(core.stateKeys.peekText(skey), memberType));
    const senders = new Set(timeline.events.map((event) => event.fields.senderNid));
    if (!has) senders.add(device.userNid);
    for (const hero of heroes?.heroes ?? []) senders.add(await core.users.intern(hero));
    const redundant = stateFilter.includeRedundantMembers || timelineFilter.includeRedundantMembers;
    const wanted = redundant ? [...senders] : sentMembers.unsent(device.deviceNid, room.nid, known?.place ?? -1, senders);
    await core.users.load(wanted);
    const members = await memberEventsIn(
      rooms,
      target,
      wanted.map((nid) => core.users.peekText(nid)),
    );
    return [...new Set([...present(told), ...members.map(({ nid }) => nid)])];
  }
}

interface LazyState {
  readonly known: RoomSpan["known"];
  /** The state that the client has. */
  readonly has: RoomState | undefined;
  readonly changes: readonly StateChange[];
  readonly target: RoomState;
  readonly timeline: TimelineSection;
  readonly heroes: RoomSummary | undefined;
}

/** The events of changes; entries that went away have none. */
function present(changes: readonly StateChange[]): number[] {
  return changes.flatMap(([, nid]) => (nid === 0 ? [] : nid));
}
