import type { SimplifiedMsc3575Body } from "@patrix/client-api/unstable";
import { expect } from "vitest";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import { timelineEnd, timelineStart } from "../../src/rooms/timeline/place.ts";
import { SyncError } from "../../src/sync/errors.ts";
import { openSlidingSync } from "../../src/sync/sliding/open-sliding-sync.ts";
import { readSlidingRequest } from "../../src/sync/sliding/sliding-request.ts";
import type { SlidingSync } from "../../src/sync/sliding/sliding-sync.ts";
import type { SyncBound } from "../../src/sync/v3/sync-bound.ts";
import type { ComposedRooms } from "../composed-rooms.ts";

const never = new AbortController().signal;
const wholeTimeline = { after: timelineStart, upTo: timelineEnd };

interface ClientEvent {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly sender: string;
  readonly content: { readonly membership?: string };
}

interface RoomAnswer {
  readonly initial?: boolean;
  readonly limited?: boolean;
  readonly unstable_expanded_timeline?: boolean;
  readonly timeline?: readonly ClientEvent[];
  readonly required_state?: readonly ClientEvent[];
  readonly invite_state?: readonly unknown[];
  readonly prev_batch?: string;
  readonly notification_count?: number;
}

interface Answer {
  readonly pos: string;
  readonly lists: Readonly<Record<string, { readonly count: number }>>;
  readonly rooms: Readonly<Record<string, RoomAnswer>>;
}

/** What a client asks at a time. */
export interface SlidingStep {
  readonly range: readonly [number, number];
  readonly limit: number;
  /** Which room it subscribes to. */
  readonly subscribed: number | undefined;
  readonly state: "few" | "all" | "lazy";
  readonly isLost: boolean;
}

/** A room as a client knows it. */
export interface KnownRoom {
  readonly state: Map<string, string>;
  timeline: ClientEvent[];
  prevBatch: string;
  unread: number;
}

const requiredState: Readonly<Record<SlidingStep["state"], [string, string][]>> = {
  few: [
    ["m.room.topic", ""],
    ["m.room.member", "$ME"],
  ],
  all: [["*", "*"]],
  lazy: [
    ["*", "*"],
    ["m.room.member", "$LAZY"],
    ["m.room.member", "$ME"],
  ],
};

/** The sliding sync of a server, which can be opened anew as a restart does. */
export class RestartingSlidingSync {
  readonly #fixture: ComposedRooms;
  readonly #bound: SyncBound | undefined;
  #sync: SlidingSync;

  constructor(fixture: ComposedRooms, bound: SyncBound | undefined) {
    this.#fixture = fixture;
    this.#bound = bound;
    this.#sync = fixture.slidingSync;
  }

  get sync(): SlidingSync {
    return this.#sync;
  }

  /** Forgets everything but what is stored; a crash stores nothing before. */
  async restart(isCrash: boolean): Promise<void> {
    if (!isCrash) await this.#sync.connections.flush();
    await this.#fixture.core.log.flushed();
    this.#sync = openSlidingSync(this.#fixture, this.#fixture.syncSources, { bound: this.#bound });
  }
}

/** What a client makes of the answers of sliding sync that it gets. */
export class SlidingClient {
  readonly joined = new Map<string, KnownRoom>();
  #pos: string | undefined;
  readonly #fixture: ComposedRooms;
  readonly #server: RestartingSlidingSync;
  readonly #userId: string;
  readonly #count: (kind: string) => void;

  constructor(fixture: ComposedRooms, server: RestartingSlidingSync, userId: string, count: (kind: string) => void) {
    this.#fixture = fixture;
    this.#server = server;
    this.#userId = userId;
    this.#count = count;
  }

  /** Syncs once; an answer that is lost is asked for again. @returns How many rooms were told. */
  async sync(step: SlidingStep, rooms: readonly LoadedRoom[]): Promise<number> {
    const room = step.subscribed === undefined ? undefined : rooms[step.subscribed % rooms.length];
    const config = { timeline_limit: step.limit, required_state: requiredState[step.state] };
    const body: SimplifiedMsc3575Body = {
      conn_id: "model",
      pos: this.#pos,
      lists: { all: { ...config, ranges: [[...step.range]] } },
      room_subscriptions: room ? { [room.id]: { ...config, timeline_limit: 10 } } : {},
    };
    const device = await this.#fixture.device(this.#userId);
    const request = readSlidingRequest(body, "deployed", this.#userId);
    const text = await this.#server.sync.sync(device, request, never).catch((error: unknown) => {
      if (!(error instanceof SyncError) || error.code !== "UNKNOWN_POS" || this.#pos === undefined) throw error;
      return undefined;
    });
    if (text === undefined) {
      this.#count("unknownPos");
      this.#pos = undefined;
      this.joined.clear();
      return this.sync(step, rooms);
    }
    if (step.isLost) return 0;
    const answer = JSON.parse(text) as Answer;
    this.#pos = answer.pos;
    for (const [roomId, told] of Object.entries(answer.rooms)) await this.#apply(roomId, told);
    return Object.keys(answer.rooms).length;
  }

  /** Syncs with a window on all rooms until nothing more is told. */
  async catchUp(rooms: readonly LoadedRoom[], state: "all" | "lazy"): Promise<void> {
    const whole: SlidingStep = { range: [0, 99], limit: 10, subscribed: undefined, state, isLost: false };
    for (let i = 0; i < 3 * rooms.length + 3; i++) if ((await this.sync(whole, rooms)) === 0) return;
    throw new Error("something is told for ever");
  }

  async #apply(roomId: string, told: RoomAnswer): Promise<void> {
    if (told.invite_state) return void this.joined.delete(roomId);
    await this.#expectVisible(roomId, told.timeline ?? []);
    const own = told.required_state?.findLast(({ type, state_key: key }) => type === "m.room.member" && key === this.#userId);
    if (own && own.content.membership !== "join") {
      this.#count("left");
      return void this.joined.delete(roomId);
    }
    const known = told.initial ? undefined : this.joined.get(roomId);
    expect(known !== undefined || told.initial).toBe(true);
    const room: KnownRoom = known ?? { state: new Map(), timeline: [], prevBatch: "", unread: 0 };
    const events = told.timeline ?? [];
    if (told.initial || told.limited || told.unstable_expanded_timeline) {
      for (const kind of ["initial", "limited", "unstable_expanded_timeline"] as const) if (told[kind]) this.#count(kind);
      room.timeline = [...events];
      room.prevBatch = told.prev_batch ?? room.prevBatch;
    } else {
      const before = new Set(room.timeline.map((event) => event.event_id));
      expect(events.filter((event) => before.has(event.event_id))).toEqual([]);
      room.timeline.push(...events);
    }
    for (const event of told.required_state ?? []) room.state.set(`${event.type} ${event.state_key}`, event.event_id);
    room.unread = told.notification_count ?? room.unread;
    this.joined.set(roomId, room);
  }

  async #expectVisible(roomId: string, told: readonly ClientEvent[]): Promise<void> {
    const { rooms, visibility, core, timelines } = this.#fixture;
    const room = await rooms.load(rooms.get(roomId));
    const userNid = await core.users.intern(this.#userId);
    const newest = await timelines.newest(room, wholeTimeline, 1_000);
    const byId = new Map(newest.events.map((event) => [event.eventId, event]));
    const events = told.flatMap((event) => byId.get(event.event_id) ?? []);
    expect(events).toHaveLength(told.length);
    expect(await visibility.filter(room, userNid, events)).toHaveLength(events.length);
  }
}
