import { describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../src/compose/create-homeserver.ts";
import { eventIn } from "../src/rooms/read/state-event.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import type { RoomState } from "../src/rooms/state/room-state.ts";
import { type Place, timelineEnd, timelineStart } from "../src/rooms/timeline/place.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { composed } from "./remote/compose.ts";
import { RemoteServer } from "./remote/remote-server.ts";

const rita = "@rita:remote.example";
const carl = "@carl:remote.example";

interface EventJson {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
}
interface RoomJson {
  readonly timeline: { readonly events: readonly EventJson[]; readonly limited: boolean; readonly prev_batch: string };
  readonly state?: { readonly events: readonly EventJson[] };
  readonly state_after?: { readonly events: readonly EventJson[] };
  readonly summary?: Readonly<Record<string, number>>;
}
interface Synced {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, RoomJson>> };
}

/** A local user over HTTP, who looks at the room on every path there is. */
class Reader {
  readonly userId: string;
  readonly #server: ComposedHomeserver;
  readonly #token: string;

  constructor(server: ComposedHomeserver, userId: string, token: string) {
    this.#server = server;
    this.userId = userId;
    this.#token = token;
  }

  static async register(server: ComposedHomeserver, username: string): Promise<Reader> {
    const response = await fetch(`${server.url}/_matrix/client/v3/register`, {
      method: "POST",
      body: JSON.stringify({ username, password: "secret", auth: { type: "m.login.dummy" } }),
    });
    const body = (await response.json()) as { user_id: string; access_token: string };
    return new Reader(server, body.user_id, body.access_token);
  }

  async call<Body>(method: string, path: string, body?: unknown): Promise<Body> {
    const response = await fetch(`${this.#server.url}/_matrix/client/v3${path}`, {
      method,
      headers: { authorization: `Bearer ${this.#token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const json = (await response.json()) as Body;
    if (response.status !== 200) throw new Error(`${method} ${path}: ${response.status} ${JSON.stringify(json)}`);
    return json;
  }

  sync(query: Readonly<Record<string, string>>): Promise<Synced> {
    return this.call("GET", `/sync?${new URLSearchParams(query)}`);
  }

  /** The state of a room by `/state`, as type, key and event ID. */
  async state(roomId: string): Promise<ReadonlyMap<string, string>> {
    return toMap(await this.call<EventJson[]>("GET", `/rooms/${roomId}/state`));
  }
}

function toMap(events: readonly EventJson[]): Map<string, string> {
  return new Map(events.map((event) => [`${event.type} ${event.state_key}`, event.event_id]));
}

/** A room of two servers. */
interface SharedRoom extends AsyncDisposable {
  readonly server: ComposedHomeserver;
  readonly remote: RemoteServer;
  readonly room: LoadedRoom;
  readonly alice: Reader;
  readonly bob: Reader;
  /** Each place so far: the sync token there, and the state that `/state` told then. */
  readonly places: { readonly token: string; readonly place: Place; readonly state: ReadonlyMap<string, string> }[];
  note(): Promise<void>;
  tip(): Promise<StoredEvent>;
  set(type: string, content: Readonly<Record<string, unknown>>, stateKey?: string): Promise<string>;
  say(text: string): Promise<void>;
}

let txn = 0;

async function sharedRoom(version: string, shards: number): Promise<SharedRoom> {
  const server = await composed({ shards });
  const { rooms } = server.parts;
  const remote = new RemoteServer("remote.example", rooms);
  const alice = await Reader.register(server, "alice");
  const bob = await Reader.register(server, "bob");
  const { room_id: roomId } = await alice.call<{ room_id: string }>("POST", "/createRoom", {
    preset: "public_chat",
    room_version: version,
    power_level_content_override: { state_default: 0, events: { "m.room.power_levels": 100, "m.room.name": 50 } },
  });
  const room = await rooms.rooms.load(rooms.rooms.get(roomId));
  const places: SharedRoom["places"] = [];
  const shared: SharedRoom = {
    server,
    remote,
    room,
    alice,
    bob,
    places,
    async note() {
      const { next_batch: token } = await alice.sync({ filter: '{"room":{"timeline":{"limit":1}}}' });
      places.push({ token, place: room.view.end, state: await alice.state(roomId) });
    },
    async tip() {
      const event = await rooms.rooms.events.get(room.head.tips.at(-1)?.nid ?? 0);
      if (!event) throw new Error("the room has no tip");
      return event;
    },
    async set(type, content, stateKey = "") {
      const { event_id: eventId } = await alice.call<{ event_id: string }>("PUT", `/rooms/${roomId}/state/${type}/${stateKey}`, content);
      await shared.note();
      return eventId;
    },
    async say(text) {
      await alice.call("PUT", `/rooms/${roomId}/send/m.room.message/${txn++}`, { body: text, msgtype: "m.text" });
      await shared.note();
    },
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
  await bob.call("POST", `/rooms/${roomId}/join`, {});
  for (const userId of [rita, carl]) {
    const draft = { type: "m.room.member", stateKey: userId, sender: userId, content: { membership: "join" } };
    const received = await remote.send(room, { ...draft, after: [await shared.tip()], state: room.head.state });
    expect(received.outcome).toBe("accepted");
  }
  await shared.note();
  return shared;
}

/** What a client knows that keeps its state up to date with each answer. */
class Rebuilt {
  readonly #state = new Map<string, string>();

  apply({ timeline, state, state_after: after }: RoomJson): void {
    for (const event of state?.events ?? []) this.#state.set(`${event.type} ${event.state_key}`, event.event_id);
    if (!after)
      for (const event of timeline.events)
        if (event.state_key !== undefined) this.#state.set(`${event.type} ${event.state_key}`, event.event_id);
    for (const event of after?.events ?? []) this.#state.set(`${event.type} ${event.state_key}`, event.event_id);
  }

  get state(): ReadonlyMap<string, string> {
    return this.#state;
  }
}

const sorted = (map: ReadonlyMap<string, string>): unknown => Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Looks at the room on every path that reads a state, from every place there was. */
async function expectOneTruth({ server, room, alice, places }: SharedRoom): Promise<void> {
  const { rooms, reader, states, timelines } = server.parts.rooms;
  const now = await alice.state(room.id);
  expect(sorted(toMap((await alice.call<{ state: EventJson[] }>("GET", `/rooms/${room.id}/initialSync`)).state))).toEqual(sorted(now));
  for (const [key, eventId] of now) {
    const [type = "", stateKey = ""] = key.split(" ");
    const event = await alice.call<EventJson>("GET", `/rooms/${room.id}/state/${type}/${stateKey}?format=event`);
    expect(event.event_id).toBe(eventId);
  }
  for (const { token, place, state } of places) {
    const placed = await reader.stateEvents(await states.stateAt(room, place));
    expect(sorted(new Map(placed.map(({ fields }) => [`${fields.type} ${fields.stateKey}`, fields.eventId])))).toEqual(sorted(state));
    const members = await alice.call<{ chunk: EventJson[] }>("GET", `/rooms/${room.id}/members?at=${token}`);
    const before = [...state].filter(([key]) => key.startsWith("m.room.member "));
    expect(sorted(toMap(members.chunk))).toEqual(sorted(new Map(before)));
    for (const limit of [0, 1, 2, 50])
      for (const more of [{}, { use_state_after: "true" }] as Record<string, string>[]) {
        const client = new Rebuilt();
        const filter = JSON.stringify({ room: { timeline: { limit } } });
        // A client that knew the room at that place and syncs once from there.
        for (const [key, eventId] of state) client.apply(stateOnly(key, eventId));
        const update = (await alice.sync({ since: token, filter, ...more })).rooms?.join?.[room.id];
        if (update) client.apply(update);
        expect([limit, more, sorted(client.state)]).toEqual([limit, more, sorted(now)]);
        const fresh = new Rebuilt();
        const first = (await alice.sync({ filter, ...more })).rooms?.join?.[room.id];
        if (first) fresh.apply(first);
        expect(sorted(fresh.state)).toEqual(sorted(now));
        const joined = [...now].filter(([key]) => key.startsWith("m.room.member ")).map(([, eventId]) => eventId);
        const events = await rooms.events.loadByIds(joined);
        const count = [...events.values()].filter(({ content }) => content["membership"] === "join").length;
        expect(first?.summary?.["m.joined_member_count"]).toBe(count);
      }
  }
  // The timeline holds each event once, whichever way it is paged through.
  const all = await timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);
  const seen: string[] = [];
  for (let from = ""; ;) {
    const page = await alice.call<{ chunk: EventJson[]; end?: string }>("GET", `/rooms/${room.id}/messages?dir=b&limit=3${from}`);
    seen.unshift(...page.chunk.map((event) => event.event_id).toReversed());
    if (page.end === undefined) break;
    from = `&from=${page.end}`;
  }
  expect(seen).toEqual(all.map(({ eventId }) => eventId));
  expect(new Set(seen).size).toBe(seen.length);
}

function stateOnly(key: string, eventId: string): RoomJson {
  const [type = "", stateKey = ""] = key.split(" ");
  return {
    timeline: { events: [], limited: false, prev_batch: "" },
    state: { events: [{ event_id: eventId, type, state_key: stateKey, sender: "", content: {} }] },
  };
}

async function topicOf({ server, room }: SharedRoom, state: RoomState = room.view.state): Promise<unknown> {
  return (await eventIn(server.parts.rooms.rooms, state, "m.room.topic"))?.content["topic"];
}

describe.each(["2", "10", "11", "12"])("a room of version %s whose graph forks", (version) => {
  it.each([1, 4])("has one state on every path: two tips in conflict, then an event that joins them (%i shards)", async (shards) => {
    await using shared = await sharedRoom(version, shards);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    await shared.say("on our branch");
    const theirs = { type: "m.room.topic", stateKey: "", sender: rita, after: [fork], state };
    const received = await remote.send(room, { ...theirs, content: { topic: "theirs" } });
    expect(received.outcome).toBe("accepted");
    expect(room.head.tips).toHaveLength(2);
    await shared.note();
    // Sent later by its server's clock, so it comes last in the order of the algorithm and wins, in version 2 and later.
    expect(await topicOf(shared)).toBe("theirs");
    await expectOneTruth(shared);

    const winner = { type: "m.room.avatar", stateKey: "", sender: rita, content: { url: "mxc://remote.example/a" } };
    await remote.send(room, { ...winner, after: [received.event], state: state.with([]) });
    await shared.note();
    expect(room.head.tips).toHaveLength(2);

    await shared.say("joins the branches");
    expect(room.head.tips).toHaveLength(1);
    const joining = await shared.tip();
    expect(joining.pdu["prev_events"]).toHaveLength(2);
    await shared.set("m.room.topic", { topic: "after" });
    expect(await topicOf(shared)).toBe("after");
    await expectOneTruth(shared);
  });

  it("does not tell a state event that lost as if it had won, though it came last", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    const lost = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" }, after: [fork], state, ts: 1 };
    expect((await remote.send(room, lost)).outcome).toBe("accepted");
    await shared.note();
    expect(await topicOf(shared)).toBe("ours");
    await expectOneTruth(shared);
    await shared.say("after it");
    await expectOneTruth(shared);
  });

  it("joins branches by an event of the other server, too", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.topic", { topic: "ours" });
    const ours = await shared.tip();
    const { event: theirs } = await remote.send(room, {
      type: "m.room.topic",
      stateKey: "",
      sender: rita,
      content: { topic: "theirs" },
      after: [fork],
      state,
    });
    await shared.note();
    const joined = await remote.send(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "both" },
      after: [ours, theirs],
      state: room.head.state,
    });
    expect([joined.outcome, room.head.tips.length]).toEqual(["accepted", 1]);
    await shared.note();
    await shared.say("goes on");
    await expectOneTruth(shared);
  });

  it("brings back a state that lost on one branch, and counts members by the resolved state", async () => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room, alice } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    await shared.set("m.room.member", { membership: "ban" }, carl);
    // Carl does not know of the ban yet, and renames himself.
    const renamed = { type: "m.room.member", stateKey: carl, sender: carl, content: { membership: "join", displayname: "Carl" } };
    const late = await remote.send(room, { ...renamed, after: [fork], state });
    expect(late.outcome).toBe("soft-failed");
    await shared.note();
    expect((await alice.call<{ joined: Record<string, unknown> }>("GET", `/rooms/${room.id}/joined_members`)).joined).not.toHaveProperty(
      carl,
    );
    await expectOneTruth(shared);
    // Rita has seen both: what follows a soft-failed event takes part in the resolution, and the ban wins.
    const both = [await shared.tip(), late.event];
    const after = await remote.send(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "x" },
      after: both,
      state: room.head.state,
    });
    expect(after.outcome).toBe("accepted");
    await shared.note();
    expect(room.view.members.get(await shared.server.parts.core.users.intern(carl))?.membership).toBe("ban");
    await expectOneTruth(shared);
  });
});

describe("an event of another server", () => {
  it("is rejected by the state before it, is in no timeline, and may be followed all the same", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const draft = {
      type: "m.room.name",
      stateKey: "",
      sender: rita,
      content: { name: "mine" },
      after: [await shared.tip()],
      state: room.head.state,
    };
    const rejected = await remote.send(room, draft);
    expect([rejected.outcome, rejected.event.fields.place]).toEqual(["rejected", null]);
    const next = await remote.send(room, { ...draft, type: "m.room.topic", content: { topic: "fine" }, after: [rejected.event] });
    expect(next.outcome).toBe("accepted");
    await shared.note();
    expect(await topicOf(shared)).toBe("fine");
    await expectOneTruth(shared);
  });

  it("is taken once, however often it comes", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const pdu = await remote.build(room, {
      type: "m.room.message",
      sender: rita,
      content: { body: "x" },
      after: [await shared.tip()],
      state: room.head.state,
    });
    const outcomes = await Promise.all([1, 2, 3].map(() => remote.deliver(room, pdu)));
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(["accepted", "known", "known"]);
  });

  it.each(["1", "10", "11", "12"])("redacts what it may redact, and stays without effect otherwise (version %s)", async (version) => {
    await using shared = await sharedRoom(version, 1);
    const { remote, room, alice } = shared;
    const say = { type: "m.room.message", content: { body: "oops" } };
    await shared.say("of alice");
    const ours = await shared.tip();
    const { event: theirs } = await remote.send(room, { ...say, sender: rita, after: [ours], state: room.head.state });
    const redact = async (target: StoredEvent, outcome = "accepted"): Promise<Readonly<Record<string, unknown>>> => {
      const field = { redacts: target.eventId };
      const draft = { type: "m.room.redaction", sender: rita, after: [await shared.tip()], state: room.head.state };
      const inContent = room.rules.redaction.contentFieldRedacts;
      const sent = await remote.send(room, { ...draft, content: inContent ? field : {}, ...(!inContent && field) });
      expect(sent.outcome).toBe(outcome);
      return (await alice.call<EventJson>("GET", `/rooms/${room.id}/event/${target.eventId}`)).content;
    };
    expect(await redact(theirs)).toEqual({});
    // The first versions reject such a redaction; later ones keep it, without effect.
    const { specialCaseRoomRedaction } = room.rules.authorization;
    expect(await redact(ours, specialCaseRoomRedaction ? "rejected" : "accepted")).toMatchObject({ body: "of alice" });
  });

  it("names the events before it that are not known", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const draft = { type: "m.room.message", sender: rita, content: { body: "x" }, state: room.head.state };
    const tip = await shared.tip();
    const lost = await remote.build(room, { ...draft, after: [tip] });
    const following = await remote.build(room, {
      ...draft,
      after: [lost],
    });
    await expect(remote.deliver(room, following)).rejects.toMatchObject({ code: "MISSING_EVENTS", missing: [lost.eventId] });
  });

  it("comes in while local users send, and nobody's event is lost", async () => {
    await using shared = await sharedRoom("11", 1);
    const { remote, room } = shared;
    const [fork, state] = [await shared.tip(), room.head.state];
    const drafts = Array.from({ length: 10 }, (_, i) => ({
      type: "org.example",
      stateKey: `${i}`,
      sender: rita,
      content: { i },
      after: [fork],
      state,
    }));
    const sent = await Promise.all([
      ...drafts.map(async (draft) => (await remote.send(room, draft)).outcome),
      ...Array.from({ length: 10 }, async (_, i) => (await shared.set("org.example", { local: i }, `local${i}`)) && "accepted"),
    ]);
    expect(new Set(sent)).toEqual(new Set(["accepted"]));
    const keys = [...(await shared.alice.state(room.id)).keys()].filter((key) => key.startsWith("org.example "));
    expect(keys).toHaveLength(20);
    await shared.say("joins them all");
    // What was noted while others sent is not one moment.
    shared.places.splice(0, shared.places.length - 1);
    await expectOneTruth(shared);
  });
});
