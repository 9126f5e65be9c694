import { lastCovered } from "../../log/position.ts";
import { renderEvents, type Viewer } from "../../rooms/read/render-event.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { RoomState } from "../../rooms/state/room-state.ts";
import type { Rooms } from "../../rooms/rooms.ts";
import { parseStateKey } from "../../rooms/state/state-key.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { EventFilter } from "../../rooms/read/event-filter.ts";
import { type EphemeralSpan, type RoomEphemeral } from "./room-ephemeral.ts";
import { renderSummary } from "../../rooms/read/room-summary.ts";
import type { RoomTimeline, RoomTimelines } from "../cuts/room-timelines.ts";
import type { SentMembers } from "../cuts/sent-members.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import { formatTimelineToken } from "../sync-token.ts";

/** What a sync asks of each room. */
export interface RoomRequest extends EphemeralSpan {
  readonly device: SyncDevice;
  readonly timelineFilter: EventFilter;
  readonly stateFilter: EventFilter;
  readonly fullState: boolean;
  readonly useStateAfter: boolean;
}

/** The stretch of a room's timeline that a sync shows. */
export interface RoomSpan {
  /** The client knows the room up to here; `undefined` if it does not know the room. */
  readonly above: number | undefined;
  readonly upTo: number;
  readonly stateAfter: RoomState;
}

/** What is new in a room, as JSON, and which members came and went. */
export interface RenderedRoom {
  readonly json: string;
  /** State events between the client's knowledge and the end, for device lists. */
  readonly changedMembers: readonly StoredEvent[];
}

/** Renders what is new in the rooms that a user is joined to or has left. */
export class JoinedRooms {
  readonly #rooms: Rooms;
  readonly #timelines: RoomTimelines;
  readonly #ephemeral: RoomEphemeral;
  readonly #sentMembers: SentMembers;

  constructor(rooms: Rooms, timelines: RoomTimelines, ephemeral: RoomEphemeral, sentMembers: SentMembers) {
    this.#rooms = rooms;
    this.#timelines = timelines;
    this.#ephemeral = ephemeral;
    this.#sentMembers = sentMembers;
  }

  /** Whether a joined room may have something new. */
  hasNews(
    room: LoadedRoom | { readonly nid: number; readonly shard: number; readonly lastPos: number },
    lastPos: number,
    request: RoomRequest,
  ): boolean {
    return !request.since || lastPos > lastCovered(request.since, room.shard) || this.#ephemeral.hasNews(room.nid, request);
  }

  /** Renders a joined room; `undefined` if nothing of it is new. */
  async renderJoined(
    room: LoadedRoom,
    span: RoomSpan,
    accountData: readonly string[],
    request: RoomRequest,
  ): Promise<RenderedRoom | undefined> {
    const { timeline, state, changedMembers } = await this.#read(room, span, request);
    const ephemeral = await this.#ephemeral.render(
      room,
      request.device.userNid,
      span.above === undefined ? { ...request, since: undefined } : request,
    );
    const isEmpty = timeline.events.length === 0 && state.length === 0 && ephemeral.length === 0 && accountData.length === 0;
    if (isEmpty && span.above !== undefined && !timeline.limited) return undefined;
    const withSummary =
      span.above === undefined || changedMembers.length > 0 || timeline.events.some((event) => event.fields.stateKey !== undefined);
    const summary = withSummary ? `"summary":${await renderSummary(this.#rooms, room, request.device.userNid)},` : "";
    const sections = await this.#renderSections(room, timeline, state, request);
    const json = `{${summary}${sections},"ephemeral":{"events":[${ephemeral.join(",")}]},"account_data":{"events":[${accountData.join(",")}]}}`;
    return { json, changedMembers };
  }

  /** Renders a room that the user has left, up to where the user saw it. */
  async renderLeft(room: LoadedRoom, span: RoomSpan, accountData: readonly string[], request: RoomRequest): Promise<RenderedRoom> {
    const { timeline, state, changedMembers } = await this.#read(room, span, request);
    const sections = await this.#renderSections(room, timeline, state, request);
    return { json: `{${sections},"account_data":{"events":[${accountData.join(",")}]}}`, changedMembers };
  }

  async #read(
    room: LoadedRoom,
    span: RoomSpan,
    request: RoomRequest,
  ): Promise<{ timeline: RoomTimeline; state: StoredEvent[]; changedMembers: StoredEvent[] }> {
    const { device, useStateAfter } = request;
    const { above, upTo, stateAfter } = span;
    const timeline = await this.#timelines.read(room, device.userNid, { above: above ?? 0, upTo, stateAfter }, request.timelineFilter);
    const known = above === undefined || request.fullState ? undefined : await this.#knownState(room, above, timeline);
    const target = useStateAfter ? stateAfter : timeline.stateBefore;
    const changes = known ? target.changesSince(known) : [...target.entries()];
    const lazy = request.stateFilter.lazyLoadMembers || request.timelineFilter.lazyLoadMembers;
    if (known === undefined) this.#sentMembers.reset(device.deviceNid, room.nid);
    const nids = lazy ? await this.#lazily(room, above, changes, target, timeline, request) : changes.map(([, nid]) => nid);
    const state = (await this.#load(nids))
      .filter((event) => request.stateFilter.matches?.(event) ?? true)
      .filter(() => request.stateFilter.includesRoom(room.id));
    const before = known ?? (above === undefined ? undefined : await this.#timelines.stateAt(room, above));
    return { timeline, state, changedMembers: await this.#changedMembers(stateAfter, before) };
  }

  /** The state that the client knows; where the timeline has no gap that is the state before its first event. */
  async #knownState(room: LoadedRoom, above: number, timeline: RoomTimeline): Promise<RoomState> {
    return timeline.limited || timeline.events.length === 0
      ? this.#timelines.stateAt(room, above)
      : this.#stateBeforeGapless(room, above, timeline);
  }

  async #stateBeforeGapless(room: LoadedRoom, above: number, timeline: RoomTimeline): Promise<RoomState> {
    const first = timeline.events[0];
    // A filter may have taken events out in front of the first one shown.
    return first && first.fields.stateNid === room.view.stateNid ? room.view.state : this.#timelines.stateAt(room, above);
  }

  /** With lazy loading only those members are sent who sent something in the timeline, and the user, once. */
  async #lazily(
    room: LoadedRoom,
    above: number | undefined,
    changes: readonly (readonly [number, number])[],
    target: RoomState,
    timeline: RoomTimeline,
    { device, stateFilter, timelineFilter }: RoomRequest,
  ): Promise<number[]> {
    const { core } = this.#rooms;
    const memberType = await core.eventTypes.intern("m.room.member");
    await core.stateKeys.load(changes.map(([skey]) => skey));
    const others = changes.filter(([skey]) => parseStateKey(core.stateKeys.peekText(skey)).typeNid !== memberType).map(([, nid]) => nid);
    const senders = new Set(timeline.events.map((event) => event.fields.senderNid));
    const isInitial = changes.length === target.size;
    if (isInitial) senders.add(device.userNid);
    const redundant = stateFilter.includeRedundantMembers || timelineFilter.includeRedundantMembers;
    const wanted = redundant ? [...senders] : this.#sentMembers.unsent(device.deviceNid, room.nid, above ?? -1, senders);
    await core.users.load(wanted);
    const members: number[] = [];
    for (const userNid of wanted) {
      const skey = await core.stateKeys.find(`${memberType} ${core.users.peekText(userNid)}`);
      const nid = skey === undefined ? undefined : target.get(skey);
      if (nid !== undefined) members.push(nid);
    }
    return [...others, ...members];
  }

  async #changedMembers(after: RoomState, known: RoomState | undefined): Promise<StoredEvent[]> {
    if (!known || known === after) return [];
    const events = await this.#load(after.changesSince(known).map(([, nid]) => nid));
    return events.filter((event) => event.fields.type === "m.room.member");
  }

  async #load(nids: readonly number[]): Promise<StoredEvent[]> {
    const present = nids.filter((nid) => nid !== 0);
    const loaded = await this.#rooms.events.load(present);
    return present.toSorted((a, b) => a - b).flatMap((nid) => loaded.get(nid) ?? []);
  }

  async #renderSections(
    room: LoadedRoom,
    timeline: RoomTimeline,
    state: readonly StoredEvent[],
    { device, useStateAfter }: RoomRequest,
  ): Promise<string> {
    const viewer: Viewer = { userNid: device.userNid, deviceNid: device.deviceNid };
    const events = await renderEvents(this.#rooms, timeline.events, { viewer });
    const stateEvents = await renderEvents(this.#rooms, state, {});
    const key = useStateAfter ? "state_after" : "state";
    return (
      `"timeline":{"events":[${events.join(",")}],"limited":${timeline.limited},"prev_batch":"${formatTimelineToken(timeline.prevPos)}"},` +
      `"${key}":{"events":[${stateEvents.join(",")}]}`
    );
  }
}
