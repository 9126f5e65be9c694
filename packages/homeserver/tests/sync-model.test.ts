import { setImmediate } from "node:timers/promises";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { RoomError } from "../src/rooms/errors.ts";
import type { RoomState } from "../src/rooms/state/room-state.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { RemoteServer } from "./remote/remote-server.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import { parseSyncToken } from "../src/sync/sync-token.ts";
import { defaultSyncBound, type SyncBound } from "../src/sync/v3/sync-bound.ts";
import { timelineForward } from "../src/store/statements/events.ts";
import type { Store } from "../src/store/store.ts";
import { parseTimelineToken, timelineEnd, timelineStart } from "../src/rooms/timeline/place.ts";
import { type ComposedRooms, openRooms } from "./composed-rooms.ts";
import { RestartingSlidingSync, SlidingClient } from "./sliding/sliding-client.ts";
import { assertOften } from "./assert-often.ts";

const users = ["@alice:example.org", "@bob:example.org", "@carol:example.org"] as const;
const [alice] = users;
const never = new AbortController().signal;

interface ClientEvent {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly sender: string;
}

interface SyncedRoom {
  readonly timeline: { readonly events: readonly ClientEvent[]; readonly limited: boolean; readonly prev_batch: string };
  readonly state: { readonly events: readonly ClientEvent[] };
}

interface Answer {
  readonly next_batch: string;
  readonly rooms?: Partial<Record<"join" | "leave" | "invite" | "knock", Readonly<Record<string, SyncedRoom>>>>;
}

/** What a client makes of the answers it gets. */
class Client {
  since: string | undefined;
  /** How many answers were full and left something to the next. */
  fullAnswers = 0;
  readonly joined = new Map<string, { state: Map<string, string>; timeline: ClientEvent[]; prevBatch: string }>();
  readonly #fixture: ComposedRooms;
  readonly #userId: string;
  readonly isLazy: boolean;

  constructor(fixture: ComposedRooms, userId: string, isLazy: boolean) {
    this.#fixture = fixture;
    this.#userId = userId;
    this.isLazy = isLazy;
  }

  /** Syncs; an answer that is lost is asked for again. */
  async sync(isLost: boolean, limit: number): Promise<void> {
    const device = await this.#fixture.device(this.#userId);
    const query = { since: this.since, timeout: 0, filter: { room: { timeline: { limit }, state: { lazy_load_members: this.isLazy } } } };
    const text = await this.#fixture.sync.sync(device, query, never);
    if (isLost) return;
    const { next_batch: next, rooms } = JSON.parse(text) as Answer;
    this.since = next;
    if (this.isOwed) this.fullAnswers++;
    for (const roomId of Object.keys({ ...rooms?.leave, ...rooms?.invite, ...rooms?.knock })) this.joined.delete(roomId);
    for (const [roomId, room] of Object.entries(rooms?.join ?? {})) this.#apply(roomId, room);
  }

  /** Whether the last answer has left something to the next. */
  get isOwed(): boolean {
    return this.since !== undefined && parseSyncToken(this.since)?.owed !== undefined;
  }

  /** Syncs, and goes on until nothing is owed; each answer has at least one room. */
  async catchUp(most: number): Promise<void> {
    await this.sync(false, 10);
    for (let i = 0; i < most && this.isOwed; i++) await this.sync(false, 10);
    expect(this.isOwed).toBe(false);
  }

  #apply(roomId: string, { timeline, state }: SyncedRoom): void {
    const known = this.joined.get(roomId) ?? { state: new Map<string, string>(), timeline: [], prevBatch: timeline.prev_batch };
    if (timeline.limited) {
      known.timeline = [];
      known.prevBatch = timeline.prev_batch;
    }
    for (const event of state.events) known.state.set(`${event.type} ${event.state_key}`, event.event_id);
    for (const event of timeline.events) {
      known.timeline.push(event);
      if (event.state_key !== undefined) known.state.set(`${event.type} ${event.state_key}`, event.event_id);
    }
    this.joined.set(roomId, known);
  }
}

/** A store whose reads take a while, as those of a database server do: other requests go on meanwhile. */
function slow(inner: Store): Store {
  return {
    get: async (statement, ...params) => {
      await setImmediate();
      return inner.get(statement, ...params);
    },
    all: async (statement, ...params) => {
      await setImmediate();
      const rows = await inner.all(statement, ...params);
      await setImmediate();
      return rows;
    },
    commit: (batch) => inner.commit(batch),
    onFailure: (listener) => inner.onFailure(listener),
    onOutage: (listener) => inner.onOutage(listener),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  };
}

const user = fc.constantFrom(...users);
/** Alice stays, so that the rooms live on. */
const others = fc.constantFrom(...users.slice(1));
const room = fc.constantFrom(0, 1, 2);
const action = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("message" as const), user, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("topic" as const), user, room }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom("join", "join", "leave"), user: others, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("invite", "kick", "kick", "ban", "unban"), user: others, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("redact" as const), user, room }) },
  // Another server remembers where the room was, and sends from there later on: the graph of the room forks.
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("remember" as const), user, room }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("fork" as const), user, room, ts: fc.integer({ min: 1, max: 1_000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("sync" as const), user, isLost: fc.boolean(), limit: fc.constantFrom(0, 1, 3, 10) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("slide" as const),
      user,
      isLost: fc.boolean(),
      limit: fc.constantFrom(0, 1, 3, 10),
      range: fc.constantFrom([0, 0] as const, [0, 1] as const, [1, 1] as const, [0, 9] as const),
      subscribed: fc.option(room, { nil: undefined }),
      state: fc.constantFrom("few", "all", "lazy"),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("read" as const), user, room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("restart" as const), user, isCrash: fc.boolean() }) },
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

/** What may be refused by the rules of rooms. */
const refusals: ReadonlySet<string> = new Set(["FORBIDDEN", "ROOM_NOT_FOUND", "EVENT_NOT_FOUND"]);

const rita = "@rita:remote.example";

/** Where the other server stands in each room, and how often each kind of step succeeded. */
class World {
  readonly #fixture: ComposedRooms;
  readonly #remote: RemoteServer;
  readonly #successes: Map<string, number>;
  readonly #remembered = new Map<number, { readonly after: readonly StoredEvent[]; readonly state: RoomState }>();

  constructor(fixture: ComposedRooms, successes: Map<string, number>) {
    this.#fixture = fixture;
    this.#remote = new RemoteServer("remote.example", fixture);
    this.#successes = successes;
  }

  count(kind: string, times = 1): void {
    this.#successes.set(kind, (this.#successes.get(kind) ?? 0) + times);
  }

  async remember(room: LoadedRoom): Promise<void> {
    const { tips, state } = room.head;
    this.#remembered.set(room.nid, { after: [...(await this.#fixture.rooms.events.load(tips.map(({ nid }) => nid))).values()], state });
  }

  async joinRemote(room: LoadedRoom): Promise<void> {
    await this.remember(room);
    const { after, state } = this.#remembered.get(room.nid) ?? { after: [], state: room.head.state };
    const draft = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" }, after, state };
    await this.#remote.send(room, draft);
    await this.remember(room);
  }

  /** A user who is in reads everything. */
  async read(room: LoadedRoom, userId: string): Promise<void> {
    const userNid = await this.#fixture.core.users.intern(userId);
    if (room.view.members.get(userNid)?.membership !== "join") return;
    const last = await this.#fixture.timelines.lastUpTo(room, timelineEnd);
    if (!last) return;
    const receipt = { userNid, type: "m.read", thread: "", eventId: last.eventId, place: last.fields.place };
    await this.#fixture.receipts.set(room, receipt);
  }

  async fork(room: LoadedRoom, by: string, ts: number): Promise<void> {
    const from = this.#remembered.get(room.nid);
    if (!from) return;
    const received = await this.#remote.send(room, {
      type: "m.room.topic",
      stateKey: "",
      sender: rita,
      content: { topic: by },
      ts,
      ...from,
    });
    if (received.outcome !== "accepted") throw new RoomError("FORBIDDEN", received.outcome);
  }
}

async function act(
  { fixture, world, sliding }: { readonly fixture: ComposedRooms; readonly world: World; readonly sliding: RestartingSlidingSync },
  rooms: readonly LoadedRoom[],
  clients: ReadonlyMap<string, { readonly v3: Client; readonly sliding: SlidingClient }>,
  step: Action,
): Promise<void> {
  if (step.kind === "sync") {
    await clients.get(step.user)?.v3.sync(step.isLost, step.limit);
    return world.count(step.kind);
  }
  if (step.kind === "slide") {
    await clients.get(step.user)?.sliding.sync(step, rooms);
    return world.count(step.kind);
  }
  if (step.kind === "restart") {
    await sliding.restart(step.isCrash);
    return world.count(step.isCrash ? "crash" : step.kind);
  }
  const target = rooms[step.room % rooms.length];
  if (!target) return;
  const { members, engine } = fixture;
  if (step.kind === "remember") return world.remember(target);
  if (step.kind === "read") {
    await world.read(target, step.user);
    return world.count(step.kind);
  }
  const byAlice = { sender: alice, target: step.user };
  const run = {
    message: () => engine.send(target, { type: "m.room.message", sender: step.user, content: { body: "x" } }),
    topic: () => engine.send(target, { type: "m.room.topic", stateKey: "", sender: step.user, content: { topic: step.user } }),
    redact: () =>
      engine.send(target, {
        type: "m.room.redaction",
        sender: alice,
        content: {},
        redacts: target.view.state.size > 0 ? target.head.tips[0]?.eventId : "",
      }),
    fork: () => world.fork(target, step.user, "ts" in step ? step.ts : 0),
    join: () => members.join(target, step.user),
    leave: () => members.leave(target, step.user),
    invite: () => members.invite(target, byAlice),
    kick: () => members.kick(target, byAlice),
    ban: () => members.ban(target, byAlice),
    unban: () => members.unban(target, byAlice),
  }[step.kind];
  try {
    await run();
    world.count(step.kind);
  } catch (error) {
    // What the rules forbid changes nothing; anything else is a fault.
    if (!(error instanceof RoomError) || !refusals.has(error.code)) throw error;
  }
}

/** What a client has made of a room. */
interface Known {
  readonly joined: ReadonlyMap<
    string,
    {
      readonly state: ReadonlyMap<string, string>;
      readonly timeline: readonly Pick<ClientEvent, "event_id" | "sender">[];
      readonly prevBatch: string;
    }
  >;
  readonly isLazy: boolean;
}

async function expectSameAsServer(fixture: ComposedRooms, rooms: readonly LoadedRoom[], userId: string, { joined, isLazy }: Known) {
  const userNid = await fixture.core.users.intern(userId);
  for (const target of rooms) {
    const isJoined = target.view.members.get(userNid)?.membership === "join";
    const known = joined.get(target.id);
    expect(known !== undefined).toBe(isJoined);
    if (!known) continue;
    const rows = await fixture.core.store.all(timelineForward, target.nid, 0, Number.MAX_SAFE_INTEGER, 1_000);
    const cached = await fixture.rooms.events.load(rows.map((row) => row.event_nid));
    for (const row of rows) expect(cached.get(row.event_nid)?.fields.redactedBy).toBe(row.redacted_by);
    const state = await fixture.reader.stateEvents(target.view.state);
    const expected = new Map(state.map(({ fields }) => [`${fields.type} ${fields.stateKey}`, fields.eventId]));
    const isMember = (key: string): boolean => key.startsWith("m.room.member ");
    const compared = [...expected].filter(([key]) => !isLazy || !isMember(key));
    expect(Object.fromEntries([...known.state].filter(([key]) => !isLazy || !isMember(key)))).toEqual(Object.fromEntries(compared));
    for (const { sender } of known.timeline) expect(known.state.has(`m.room.member ${sender}`)).toBe(true);
    const newest = known.timeline.map((event) => event.event_id);
    const visible = async (events: readonly StoredEvent[]): Promise<string[]> =>
      (await fixture.visibility.filter(target, userNid, events)).map(({ eventId }) => eventId);
    const older = await fixture.timelines.backward(
      target,
      { after: timelineStart, upTo: parseTimelineToken(known.prevBatch) ?? timelineStart },
      1_000,
    );
    const all = await fixture.timelines.forward(target, { after: timelineStart, upTo: timelineEnd }, 1_000);
    expect([...(await visible(older.toReversed())), ...newest]).toEqual(await visible(all));
  }
}

/** What is unread is what `/sync` would say. */
async function expectSameCounts(
  { core, notifications }: ComposedRooms,
  rooms: readonly LoadedRoom[],
  userId: string,
  { joined }: SlidingClient,
) {
  const userNid = await core.users.intern(userId);
  for (const target of rooms) {
    const membership = target.view.members.get(userNid);
    const known = joined.get(target.id);
    if (!known || !membership) continue;
    const counts = [...(await notifications.unread(userNid, target, membership)).values()];
    expect(known.unread).toBe(counts.reduce((sum, { notifies }) => sum + notifies, 0));
  }
}

/** How often each kind of step must succeed over all runs of a property. */
const minima: Readonly<Record<string, number>> = {
  sync: 30,
  message: 15,
  topic: 4,
  redact: 4,
  join: 5,
  leave: 2,
  invite: 1,
  kick: 1,
  ban: 2,
  fork: 3,
  slide: 30,
  read: 10,
  restart: 3,
  crash: 3,
  unknownPos: 1,
  initial: 30,
  limited: 30,
  unstable_expanded_timeline: 5,
  left: 1,
};

describe.each([1, 4])("sync over %i shards", (shards) => {
  it.each([
    { visibility: "shared", isLazy: false, atOnce: false },
    { visibility: "joined", isLazy: false, atOnce: false },
    { visibility: "shared", isLazy: true, atOnce: false },
    { visibility: "shared", isLazy: false, atOnce: true },
    { visibility: "shared", isLazy: false, atOnce: false, bound: 1 },
    { visibility: "joined", isLazy: true, atOnce: false, bound: 1 },
    { visibility: "shared", isLazy: false, atOnce: true, bound: 1 },
  ])(
    "gives a client the state and the order of the server, whatever happens: $visibility, lazy: $isLazy, at once: $atOnce, bound: $bound",
    async ({ visibility, isLazy, atOnce, bound }) => {
      const successes = new Map<string, number>();
      const bounded: { syncBound?: SyncBound } = bound === undefined ? {} : { syncBound: { ...defaultSyncBound, bytes: bound } };
      const holds = async (steps: readonly Action[]): Promise<void> => {
        await using fixture = await openRooms({ shards, ...bounded, ...(atOnce ? { wrapStore: slow } : {}) });
        const initialState = [{ type: "m.room.history_visibility", content: { history_visibility: visibility } }];
        const powerLevels = { events_default: 0, state_default: 0 };
        const request = { creator: alice, preset: "public_chat", invite: [], initialState, powerLevels } as const;
        const make = (): Promise<LoadedRoom> => createRoom(fixture.rooms, fixture.engine, fixture.profileOf, request);
        const rooms = [await make(), await make(), ...(bound === undefined ? [] : [await make()])];
        const world = new World(fixture, successes);
        for (const target of rooms) await world.joinRemote(target);
        const sliding = new RestartingSlidingSync(fixture, bounded.syncBound);
        const newClients = (userId: string) => ({
          v3: new Client(fixture, userId, isLazy),
          sliding: new SlidingClient(fixture, sliding, userId, (kind) => world.count(kind)),
        });
        const clients = new Map(users.map((userId) => [userId, newClients(userId)]));
        const actAs = async (own: readonly Action[]): Promise<void> => {
          for (const step of own) await act({ fixture, world, sliding }, rooms, clients, step);
        };
        if (atOnce) await Promise.all(users.map((userId) => actAs(steps.filter(({ user: actor }) => actor === userId))));
        else await actAs(steps);
        for (const [userId, { v3: client, sliding: slidingClient }] of clients) {
          // Whatever is owed comes, and then what has changed since the first of the answers.
          await client.catchUp(rooms.length);
          await client.catchUp(rooms.length);
          await expectSameAsServer(fixture, rooms, userId, client);
          await slidingClient.catchUp(rooms, isLazy ? "lazy" : "all");
          await expectSameAsServer(fixture, rooms, userId, { joined: slidingClient.joined, isLazy });
          await expectSameCounts(fixture, rooms, userId, slidingClient);
          if (client.fullAnswers > 0) world.count("full", client.fullAnswers);
        }
      };
      const wanted = bound === undefined ? minima : { ...minima, full: 40 };
      const property = fc.asyncProperty(fc.array(action, { minLength: 50, maxLength: 110 }), holds);
      await assertOften(property, { counts: successes, minima: wanted, numRuns: 15 });
    },
    300_000,
  );
});
