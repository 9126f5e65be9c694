import { limits } from "../../limits.ts";
import { renderStrippedState } from "../../rooms/membership/stripped-state.ts";
import type { ClientEvents } from "../../rooms/read/client-events.ts";
import { type RoomSummary, summaryAt } from "../../rooms/read/room-summary.ts";
import { eventIn, eventsInOrder, memberEventsIn } from "../../rooms/read/state-event.ts";
import type { Outlook, Visibility } from "../../rooms/read/visibility.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import type { Rooms, UserMembership } from "../../rooms/rooms.ts";
import type { StateChange } from "../../rooms/state/room-state.ts";
import { parseStateKey } from "../../rooms/state/state-key.ts";
import { placeAtCut, timelineStart } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import { type PlacedState, presentEvents, type RoomSpan, type RoomSpans } from "../cuts/room-spans.ts";
import type { SentMembers } from "../cuts/sent-members.ts";
import type { SyncDevice } from "../cuts/sync-sources.ts";
import type { TimelineSection, TimelineSections } from "../cuts/timeline-sections.ts";
import type { SyncCut } from "../sync-token.ts";
import type { BumpStamps } from "./bump-stamps.ts";
import type { ToldRoom } from "./connection-state.ts";
import { wantedState } from "./required-state.ts";
import { isWanted, loadsMembersLazily, type RoomConfig, wantsMore } from "./room-config.ts";

/** What {@link SlidingRooms} reads from. */
export interface SlidingRoomParts {
  readonly rooms: Rooms;
  readonly spans: RoomSpans;
  readonly sections: TimelineSections;
  readonly clientEvents: ClientEvents;
  readonly visibility: Visibility;
  readonly sentMembers: SentMembers;
  readonly stamps: BumpStamps;
}

/** What is asked of a room. */
export interface AskedRoom {
  readonly device: SyncDevice;
  readonly membership: UserMembership;
  readonly config: RoomConfig;
  /** What the client was told of the room, and up to where; `undefined` for one that it was not told of. */
  readonly told: (ToldRoom & { readonly since: SyncCut }) | undefined;
  /** Up to where the connection has told; `undefined` for a new one. */
  readonly since: SyncCut | undefined;
  readonly now: SyncCut;
  readonly ignored: ReadonlySet<string>;
  /** Tells the members that connections were sent apart. */
  readonly memory: string;
}

/** A piece of state that is gone. */
export interface GoneState {
  readonly type: string;
  readonly stateKey: string;
}

/** A member by whom a room is named. */
export interface Hero {
  readonly userId: string;
  readonly content: StoredEvent["content"];
}

/** What is new of a room that the user is in or was in. */
export interface TimelineResult {
  readonly room: LoadedRoom;
  readonly isInitial: boolean;
  readonly isExpanded: boolean;
  readonly timeline: TimelineSection;
  readonly liveEvents: number;
  readonly state: readonly StoredEvent[];
  readonly gone: readonly GoneState[];
  readonly outlook: Outlook;
  /** Absent where nothing of it changed. */
  readonly summary: (RoomSummary & { readonly members: readonly Hero[] }) | undefined;
  /** `null` where it was removed; `undefined` where it has not changed. */
  readonly name: string | null | undefined;
  readonly avatar: string | null | undefined;
  readonly bumpStamp: number;
}

/** A member event of the user which is all that is told of a room, and the stripped state where the user may come in. */
export interface StrippedResult {
  readonly own: StoredEvent | undefined;
  /** `undefined` for a room that the user can no longer enter by that. */
  readonly stripped: readonly string[] | undefined;
  readonly bumpStamp: number;
}

const nobody: Outlook = { membership: () => "leave", seesReplaced: () => false };

/** Works out what is new of a room for a connection of sliding sync. */
export class SlidingRooms {
  readonly #parts: SlidingRoomParts;

  constructor(parts: SlidingRoomParts) {
    this.#parts = parts;
  }

  /** What is new of a room that the user is in, or has been in up to the membership; `undefined` for nothing. */
  async read(room: LoadedRoom, asked: AskedRoom): Promise<TimelineResult | undefined> {
    const { membership, told } = asked;
    const isJoined = membership.membership === "join";
    const span = { device: asked.device, since: told?.since.positions, now: asked.now.positions };
    const { spans } = this.#parts;
    const { known, end } = isJoined ? await spans.joined(room, membership, span) : await spans.left(room, membership, span);
    const expanded = known && (await this.#expanded(room, { known, end }, asked));
    const timeline = expanded ?? (await this.#timeline(room, { known, end }, asked));
    const changes = known ? end.state.changesSince(known.state) : [];
    const state = await this.#state(room, { known, end, changes, timeline }, asked);
    const gone = known ? await this.#gone(changes, asked.config) : [];
    const { summary, ...described } = await this.#described(room, { known, end, changes }, asked);
    const hasTimeline = !known || timeline.events.length > 0 || timeline.limited;
    const hasState = state.length > 0 || gone.length > 0 || described.name !== undefined || described.avatar !== undefined;
    if (!hasTimeline && !hasState && !summary) return undefined;
    const live = asked.since && placeAtCut(asked.since.positions, room.shard);
    return {
      room,
      isInitial: !known,
      isExpanded: expanded !== undefined,
      timeline,
      liveEvents: live === undefined ? 0 : timeline.events.filter(({ fields }) => fields.place !== null && fields.place > live).length,
      state,
      gone,
      outlook: await this.#outlook(room, timeline, { known: expanded ? undefined : known, end }, asked),
      summary,
      ...described,
      bumpStamp: isJoined ? await this.#parts.stamps.stampAt(room, end.place, timeline.events) : Math.max(0, membership.pos),
    };
  }

  /** What is told of a room that the user is invited to, has knocked on, or was not in before it ended. */
  async stripped(room: LoadedRoom, { membership, device }: Pick<AskedRoom, "membership" | "device">): Promise<StrippedResult> {
    const { rooms } = this.#parts;
    const isOpen = membership.membership === "invite" || membership.membership === "knock";
    return {
      own: await rooms.events.get(membership.eventNid),
      stripped: isOpen ? await renderStrippedState(rooms, room, device.userId) : undefined,
      bumpStamp: Math.max(0, membership.pos),
    };
  }

  /** The newest events, some of which the client may have, where it wants more than it has got; `undefined` if there are no more. */
  async #expanded(room: LoadedRoom, { end }: RoomSpan, asked: AskedRoom): Promise<TimelineSection | undefined> {
    const { told, config } = asked;
    if (!told || told.timelineLimit >= config.timelineLimit) return undefined;
    const timeline = await this.#timeline(room, { known: undefined, end }, asked);
    return timeline.limited || timeline.events.length > told.timelineLimit ? timeline : undefined;
  }

  #timeline(room: LoadedRoom, { known, end }: RoomSpan, { config, device, ignored }: AskedRoom): Promise<TimelineSection> {
    const stretch = { after: known?.place ?? timelineStart, upTo: end.place };
    const filter = {
      limit: config.timelineLimit,
      lazyLoadMembers: false,
      includeRedundantMembers: false,
      includesRoom: () => true,
    };
    return this.#parts.sections.read(room, device.userNid, stretch, { filter, ignored, replayed: false });
  }

  async #state(
    room: LoadedRoom,
    { known, end, changes, timeline }: RoomSpan & { readonly changes: readonly StateChange[]; readonly timeline: TimelineSection },
    asked: AskedRoom,
  ): Promise<readonly StoredEvent[]> {
    const { config, told, device, membership, memory } = asked;
    const { rooms, spans, sentMembers } = this.#parts;
    const { selectors } = config;
    const found = new Map<number, StoredEvent>();
    const add = (events: readonly StoredEvent[]): void => {
      for (const event of events) found.set(event.nid, event);
    };
    const changed = await eventsInOrder(rooms, presentEvents(changes));
    if (!known) add(await wantedState(rooms, end.state, selectors));
    else {
      add(changed.filter(({ fields }) => isWanted(selectors, fields.type, fields.stateKey ?? "")));
      const before = told?.selectors ?? [];
      if (wantsMore(selectors, before)) {
        const missing = await wantedState(rooms, end.state, selectors);
        add(missing.filter(({ fields }) => !isWanted(before, fields.type, fields.stateKey ?? "")));
      }
    }
    if (loadsMembersLazily(selectors)) {
      // What was noted before the client did without members may have been lost.
      if (!known || !told?.selectors.some(({ lazyMembers }) => lazyMembers)) sentMembers.reset(memory, room.nid);
      // Where nothing was left out, every change of a membership comes: clients encrypt for who is in.
      if (known && !timeline.limited) add(changed.filter(({ fields }) => fields.type === "m.room.member"));
      const needed = await this.#neededMembers([...timeline.events, ...(known ? await this.#earlier(room, end, asked) : [])]);
      const unsent = sentMembers.unsent(memory, room.nid, known?.place ?? -1, needed);
      const corrected = known ? [] : await spans.correctedMembers(room, told?.since.positions);
      const missing = [...unsent, ...corrected];
      await rooms.core.users.load(missing);
      const ids = missing.map((nid) => rooms.core.users.peekText(nid));
      add(await memberEventsIn(rooms, end.state, ids));
    }
    // That it is over, clients read out of the state.
    if (membership.membership !== "join") add(await memberEventsIn(rooms, end.state, [device.userId]));
    return [...found.values()].toSorted((a, b) => a.nid - b.nid);
  }

  /** The events that a client has got without the members that they speak of, since it did not ask for those until now. */
  async #earlier(room: LoadedRoom, end: PlacedState, asked: AskedRoom): Promise<readonly StoredEvent[]> {
    const { told, config } = asked;
    if (!told || told.selectors.some(({ lazyMembers }) => lazyMembers)) return [];
    return (
      await this.#timeline(
        room,
        { known: undefined, end },
        { ...asked, config: { ...config, timelineLimit: limits.slidingTimelineLimit.value } },
      )
    ).events;
  }

  /** The members that events speak of. */
  async #neededMembers(events: readonly StoredEvent[]): Promise<ReadonlySet<number>> {
    const { users } = this.#parts.rooms.core;
    const needed = new Set<number>();
    for (const { fields } of events) {
      needed.add(fields.senderNid);
      const target = fields.type === "m.room.member" && fields.stateKey !== undefined ? await users.find(fields.stateKey) : undefined;
      if (target !== undefined) needed.add(target);
    }
    return needed;
  }

  async #gone(changes: readonly StateChange[], { selectors }: RoomConfig): Promise<GoneState[]> {
    const gone = changes.filter(([, nid]) => nid === 0);
    if (gone.length === 0) return [];
    const { stateKeys, eventTypes } = this.#parts.rooms.core;
    await stateKeys.load(gone.map(([skey]) => skey));
    const keys = gone.map(([skey]) => parseStateKey(stateKeys.peekText(skey)));
    await eventTypes.load(keys.map(({ typeNid }) => typeNid));
    return keys
      .map(({ typeNid, stateKey }) => ({ type: eventTypes.peekText(typeNid), stateKey }))
      .filter(({ type, stateKey }) => isWanted(selectors, type, stateKey));
  }

  /** By what a room is known: its name and avatar, and its members. */
  async #described(
    room: LoadedRoom,
    { known, end, changes }: RoomSpan & { readonly changes: readonly StateChange[] },
    { device }: AskedRoom,
  ): Promise<Pick<TimelineResult, "summary" | "name" | "avatar">> {
    const { rooms } = this.#parts;
    if (known && changes.length === 0) return { summary: undefined, name: undefined, avatar: undefined };
    const { stateKeys, eventTypes } = rooms.core;
    await stateKeys.load(changes.map(([skey]) => skey));
    const types = new Set(changes.map(([skey]) => parseStateKey(stateKeys.peekText(skey)).typeNid));
    const hasChanged = async (type: string): Promise<boolean> => !known || types.has((await eventTypes.find(type)) ?? -1);
    const text = async (type: string, key: string): Promise<string | null | undefined> => {
      if (!(await hasChanged(type))) return undefined;
      const value = (await eventIn(rooms, end.state, type))?.content[key];
      if (typeof value === "string" && value !== "") return value;
      return known ? null : undefined;
    };
    const named = [await hasChanged("m.room.member"), await hasChanged("m.room.name"), await hasChanged("m.room.canonical_alias")];
    const summary = named.includes(true) ? await summaryAt(rooms, room, end, device.userNid) : undefined;
    const members = summary && (await memberEventsIn(rooms, end.state, summary.heroes ?? []));
    const contents = new Map(members?.map((event) => [event.fields.stateKey ?? "", event.content]));
    const heroes = summary?.heroes?.map((userId) => ({ userId, content: contents.get(userId) ?? {} })) ?? [];
    return {
      summary: summary && { ...summary, members: heroes },
      name: await text("m.room.name", "name"),
      avatar: await text("m.room.avatar", "url"),
    };
  }

  /** What goes along with the events: one who has had everything until now gets what relates to them as events. */
  #outlook(room: LoadedRoom, timeline: TimelineSection, { known, end }: RoomSpan, { device }: AskedRoom): Promise<Outlook> {
    const { clientEvents, visibility } = this.#parts;
    if (timeline.events.length === 0) return Promise.resolve(nobody);
    if (known && !timeline.limited) return visibility.outlook(room, device.userNid, timeline.events);
    return clientEvents.outlook(room, timeline.events, { userNid: device.userNid, upTo: end.place });
  }
}
