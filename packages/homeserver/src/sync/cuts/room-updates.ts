import { isCovered } from "../../log/position.ts";
import { type Ready, whenReady } from "../../ready.ts";
import type { EventFilter } from "../../rooms/read/event-filter.ts";
import type { ClientEvents } from "../../rooms/read/client-events.ts";
import { type RoomSummary, summaryAt } from "../../rooms/read/room-summary.ts";
import type { PlacedStates } from "../../rooms/read/state-at.ts";
import { eventsInOrder, memberEventsIn } from "../../rooms/read/state-event.ts";
import type { Outlook, Visibility } from "../../rooms/read/visibility.ts";
import type { LoadedRoom, Membership } from "../../rooms/room.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import type { RoomState, StateChange } from "../../rooms/state/room-state.ts";
import { isOfType } from "../../rooms/state/state-key.ts";
import { type Place, placeAfter, placeAtCut, placeBefore, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { Stretch } from "../../rooms/timeline/timelines.ts";
import type { EphemeralNews, EphemeralSpan, RoomEphemeral } from "./room-ephemeral.ts";
import { presentEvents, type RoomSpan, type RoomSpans } from "./room-spans.ts";
import type { SentMembers } from "./sent-members.ts";
import { stickyEventsBetween } from "./sticky-section.ts";
import type { SyncDevice } from "./sync-sources.ts";
import type { SectionOptions, TimelineSection, TimelineSections } from "./timeline-sections.ts";

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
  /** The events that are sticky still, new to the client and not in the timeline. */
  readonly sticky: readonly StoredEvent[];
  /** Members who came, went or changed between what the client knows and the end, for device lists. */
  readonly changedMembers: readonly StoredEvent[];
  /** What the user may be told along with the events of the timeline. */
  readonly outlook: Outlook;
}

/** What {@link RoomUpdates} reads from. */
export interface RoomUpdateParts {
  readonly rooms: Rooms;
  readonly states: PlacedStates;
  readonly spans: RoomSpans;
  readonly sections: TimelineSections;
  readonly clientEvents: ClientEvents;
  readonly visibility: Visibility;
  readonly ephemeral: RoomEphemeral;
  readonly sentMembers: SentMembers;
}

const nothingEphemeral: EphemeralNews = { receipts: [], typing: undefined };
/** What is told along with messages to those who were in when they were sent. */
const outlookOfMembers: Outlook = { membership: () => "join", seesReplaced: () => false };

/** What the timeline and the state of a room have for one of its members, and in which stretch of the timeline. */
interface ToldOfRoom extends Omit<RoomUpdate, "room" | "ephemeral" | "sticky"> {
  readonly stretch: Stretch;
}

/** Works out what is new in rooms between two cuts through the log. */
export class RoomUpdates {
  readonly #parts: RoomUpdateParts;

  constructor(parts: RoomUpdateParts) {
    this.#parts = parts;
  }

  /** Whether a joined room may have something new. */
  hasNews(room: { readonly nid: number; readonly shard: number; readonly end: Place }, request: RoomRequest): boolean {
    const { since } = request;
    if (since && this.#parts.rooms.partial.completedBetween(room.nid, since)) return true;
    return !since || room.end > placeAtCut(since, room.shard) || this.#parts.ephemeral.hasNews(room.nid, request);
  }

  /** Which members of a joined room came, went or changed between two cuts; `isNew` if the user came in between. */
  async memberChanges(
    room: LoadedRoom,
    membership: Membership,
    request: Pick<RoomRequest, "since" | "now" | "device">,
  ): Promise<Pick<RoomUpdate, "isNew" | "changedMembers">> {
    const { spans } = this.#parts;
    const span = await spans.joined(room, membership, request);
    return { isNew: span.known === undefined, changedMembers: await spans.changedMembers(span) };
  }

  /** What is new in a room that the user is joined to. */
  joined(room: LoadedRoom, membership: Membership, request: RoomRequest): Ready<RoomUpdate> {
    const peeked = this.#peekMessages(room, membership, request);
    return peeked ? this.#withRest(room, peeked, request) : this.#readJoined(room, membership, request);
  }

  async #readJoined(room: LoadedRoom, membership: Membership, request: RoomRequest): Promise<RoomUpdate> {
    return this.#withRest(room, await this.#told(room, membership, request), request);
  }

  /** Adds what is in no history. */
  #withRest(room: LoadedRoom, told: ToldOfRoom, request: RoomRequest): Ready<RoomUpdate> {
    const { rooms, ephemeral } = this.#parts;
    const { isNew, timeline, state, summary, changedMembers, outlook, stretch } = told;
    const span = isNew ? { ...request, since: undefined } : request;
    return whenReady(ephemeral.read(room, request.device.userNid, span), (news) =>
      whenReady(stickyEventsBetween(rooms, room, { ...stretch, request, told: timeline.events }), (sticky) => ({
        room,
        isNew,
        timeline,
        state,
        summary,
        changedMembers,
        outlook,
        ephemeral: news,
        sticky,
      })),
    );
  }

  /**
   * What is new in most rooms: messages to one who has been in since before them and knows who sent them. It is in memory, and told
   * without a pause; {@link RoomUpdates.#told} would tell the same.
   */
  #peekMessages(room: LoadedRoom, membership: Membership, request: RoomRequest): ToldOfRoom | undefined {
    const { rooms, sections, sentMembers } = this.#parts;
    const { since, now, device, timelineFilter, stateFilter } = request;
    if (!since || request.fullState || !isCovered(since, membership.pos)) return undefined;
    if (rooms.partial.completedBetween(room.nid, since)) return undefined;
    const stretch = { after: placeAtCut(since, room.shard), upTo: placeAtCut(now, room.shard) };
    const timeline = sections.peekMessages(room, device.userNid, stretch, sectionOptions(request));
    if (!timeline) return undefined;
    if (stateFilter.lazyLoadMembers || timelineFilter.lazyLoadMembers) {
      if (stateFilter.includeRedundantMembers || timelineFilter.includeRedundantMembers) return undefined;
      // Those who are found here are found again, and sent.
      const unsent = sentMembers.unsent(device.deviceNid, room.nid, stretch.after, sendersOf(timeline));
      if (unsent.length > 0) return undefined;
    }
    return { isNew: false, timeline, state: [], summary: undefined, changedMembers: [], outlook: outlookOfMembers, stretch };
  }

  async #told(room: LoadedRoom, membership: Membership, request: RoomRequest): Promise<ToldOfRoom> {
    const span = await this.#parts.spans.joined(room, membership, { ...request, isLazy: loadsMembersLazily(request) });
    const { timeline, state, changedMembers, summary, outlook } = await this.#read(room, span, request);
    const isNew = span.known === undefined;
    // A client that is told of a room anew has a gap before what it gets now, whatever it may know from earlier.
    const limited = timeline.limited || (isNew && request.since !== undefined);
    const stretch = { after: span.known?.place ?? timelineStart, upTo: span.end.place };
    return { isNew, timeline: { ...timeline, limited }, state, summary, changedMembers, outlook, stretch };
  }

  /**
   * What a user still sees of a room after leaving it: up to the leave. One who was not in before it sees only the event
   * that ended the invite, the knock or the ban, and nothing of the room.
   */
  async left(room: LoadedRoom, membership: Membership, request: RoomRequest): Promise<RoomUpdate> {
    const rest = { room, summary: undefined, ephemeral: nothingEphemeral, sticky: [] };
    if (membership.leftPos !== membership.pos) {
      const timeline = await this.#endOfInvite(room, membership, request);
      const outlook: Outlook = { membership: () => membership.membership, seesReplaced: () => false };
      // The state after a timeline has what the timeline has set: clients that ask for it take state from nowhere else.
      const state = request.useStateAfter ? timeline.events.filter(({ fields }) => fields.stateKey !== undefined) : [];
      const shown = { timeline: { ...timeline, limited: false }, state, changedMembers: [], outlook };
      return { ...rest, isNew: true, ...shown };
    }
    const span = await this.#parts.spans.left(room, membership, request);
    return { isNew: span.known === undefined, ...(await this.#read(room, { ...span, isLeft: true }, request)), ...rest };
  }

  /** The event that ended an invite, a knock or a ban; it is in no timeline where the room is one of other servers. */
  async #endOfInvite(room: LoadedRoom, { pos, eventNid }: Membership, request: RoomRequest): Promise<TimelineSection> {
    const place = placeAfter(pos);
    const timeline = await this.#readTimeline(room, { after: placeBefore(place), upTo: place }, request);
    if (timeline.events.length > 0) return timeline;
    const event = await this.#parts.rooms.events.get(eventNid);
    const isOutside = event?.fields.place === null && (request.timelineFilter.matches?.(event) ?? true);
    return isOutside ? { ...timeline, events: [event] } : timeline;
  }

  #readTimeline(
    room: LoadedRoom,
    stretch: { readonly after: Place; readonly upTo: Place },
    request: RoomRequest,
  ): Promise<TimelineSection> {
    return this.#parts.sections.read(room, request.device.userNid, stretch, sectionOptions(request));
  }

  async #read(
    room: LoadedRoom,
    { known, end, isLeft = false }: RoomSpan & { readonly isLeft?: boolean },
    request: RoomRequest,
  ): Promise<Pick<RoomUpdate, "timeline" | "state" | "changedMembers" | "outlook" | "summary">> {
    const { rooms, spans, states, sentMembers, visibility, clientEvents } = this.#parts;
    const { device, useStateAfter, stateFilter } = request;
    const timeline = await this.#readTimeline(room, { after: known?.place ?? timelineStart, upTo: end.place }, request);
    const first = timeline.events[0];
    const target = useStateAfter || !first ? end.state : await startState(states, room, first);
    const has = request.fullState ? undefined : known?.state;
    const changes = has ? target.changesSince(has) : [...target.entries()];
    if (!has) sentMembers.reset(device.deviceNid, room.nid);
    const lazy = loadsMembersLazily(request);
    const changedMembers = await spans.changedMembers({ known, end });
    const completion = request.since && rooms.partial.completedBetween(room.nid, request.since);
    const hasNewState =
      !known || completion || changedMembers.length > 0 || timeline.events.some(({ fields }) => fields.stateKey !== undefined);
    // A room that was left is not summed up; who loads members lazily needs those by whom it is named.
    const isSummed = isLeft ? lazy && !has : hasNewState;
    const summary = isSummed ? await summaryAt(rooms, room, end, device.userNid) : undefined;
    const nids = lazy ? await this.#lazily(room, { known, end, has, changes, target, timeline, summary }, request) : presentEvents(changes);
    const state = (await eventsInOrder(rooms, nids)).filter(
      (event) => (stateFilter.matches?.(event) ?? true) && stateFilter.includesRoom(room.id),
    );
    // One who has had everything until now gets what relates to these events as events.
    const hasGap = timeline.limited || !known;
    const outlook = hasGap
      ? await clientEvents.outlook(room, timeline.events, { userNid: device.userNid, upTo: end.place })
      : await visibility.outlook(room, device.userNid, timeline.events);
    return { timeline, state, changedMembers, summary, outlook };
  }

  /**
   * With lazy loading the client gets, of the members that have not changed, only those who sent something in the
   * timeline, the heroes and the user, once. Every change of a membership is sent: clients encrypt for who is in. So is what a client
   * may have been told otherwise while members were missing.
   */
  async #lazily(
    room: LoadedRoom,
    { known, end, has, changes, target, timeline, summary }: LazyState,
    request: RoomRequest,
  ): Promise<number[]> {
    const { rooms, spans, sentMembers } = this.#parts;
    const { core } = rooms;
    const { device, stateFilter, timelineFilter } = request;
    await core.stateKeys.load(changes.map(([skey]) => skey));
    const memberType = await core.eventTypes.find("m.room.member");
    const told = has ? changes : changes.filter(([skey]) => !isOfType(core.stateKeys.peekText(skey), memberType));
    const senders = new Set(sendersOf(timeline));
    if (!has) senders.add(device.userNid);
    for (const hero of summary?.heroes ?? []) senders.add(await core.users.intern(hero));
    const redundant = stateFilter.includeRedundantMembers || timelineFilter.includeRedundantMembers;
    const wanted = redundant ? [...senders] : sentMembers.unsent(device.deviceNid, room.nid, known?.place ?? -1, senders);
    const corrected = known ? [] : await spans.correctedMembers(room, request.since);
    const missing = [...new Set([...wanted, ...corrected])];
    await core.users.load(missing);
    const ids = missing.map((nid) => core.users.peekText(nid));
    const members = await memberEventsIn(rooms, target, ids);
    // Who was a member before, and became known by what is in the timeline.
    const learned = rooms.partial.of(room.nid)
      ? (await memberEventsIn(rooms, end.state, ids)).filter(({ fields }) => fields.place === null)
      : [];
    return [...new Set([...presentEvents(told), ...members.map(({ nid }) => nid), ...learned.map(({ nid }) => nid)])];
  }
}

/** The state to which a client adds what a timeline sets: that before its first event, and what that brought with it if it sets none itself. */
function startState(states: PlacedStates, room: LoadedRoom, first: StoredEvent): Promise<RoomState> {
  const { place, isForked, stateKey } = first.fields;
  return isForked && stateKey === undefined && place !== null ? states.stateAt(room, place) : states.stateBefore(room, first);
}

/** Whether a client does without members that it does not need. */
export function loadsMembersLazily({ stateFilter, timelineFilter }: Pick<RoomRequest, "stateFilter" | "timelineFilter">): boolean {
  return stateFilter.lazyLoadMembers || timelineFilter.lazyLoadMembers;
}

interface LazyState extends RoomSpan {
  /** The state that the client has. */
  readonly has: RoomState | undefined;
  readonly changes: readonly StateChange[];
  readonly target: RoomState;
  readonly timeline: TimelineSection;
  readonly summary: RoomSummary | undefined;
}

function sectionOptions({ timelineFilter: filter, useStateAfter, ignored }: RoomRequest): SectionOptions {
  return { filter, ignored, replayed: !useStateAfter };
}

function sendersOf({ events }: TimelineSection): number[] {
  return events.map(({ fields }) => fields.senderNid);
}
