// A room shared with another server, read on every path there is.
import { expect } from "vitest";
import type { ComposedHomeserver } from "../src/compose/create-homeserver.ts";
import { eventIn } from "../src/rooms/read/state-event.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import type { RoomState } from "../src/rooms/state/room-state.ts";
import { type Place, timelineEnd, timelineStart } from "../src/rooms/timeline/place.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { composed } from "./remote/compose.ts";
import { RemoteServer } from "./remote/remote-server.ts";

export const rita = "@rita:remote.example";
export const carl = "@carl:remote.example";

export interface EventJson {
  readonly event_id: string;
  readonly type: string;
  readonly state_key?: string;
  readonly sender: string;
  readonly content: Readonly<Record<string, unknown>>;
}
export interface RoomJson {
  readonly timeline: { readonly events: readonly EventJson[]; readonly limited: boolean; readonly prev_batch: string };
  readonly state?: { readonly events: readonly EventJson[] };
  readonly state_after?: { readonly events: readonly EventJson[] };
  readonly summary?: Readonly<Record<string, number>>;
}
export interface Synced {
  readonly next_batch: string;
  readonly rooms?: { readonly join?: Readonly<Record<string, RoomJson>> };
}

/** A local user over HTTP, who looks at the room on every path there is. */
export class Reader {
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

export function toMap(events: readonly EventJson[]): Map<string, string> {
  return new Map(events.map((event) => [`${event.type} ${event.state_key}`, event.event_id]));
}

/** A room of two servers. */
export interface SharedRoom extends AsyncDisposable {
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

export async function sharedRoom(version: string, shards: number): Promise<SharedRoom> {
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
export class Rebuilt {
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

export const sorted = (map: ReadonlyMap<string, string>): unknown => Object.fromEntries([...map].toSorted(([a], [b]) => (a < b ? -1 : 1)));

/** Looks at the room on every path that reads a state, from every place there was. */
export async function expectOneTruth({ server, room, alice, places }: SharedRoom): Promise<void> {
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

export function stateOnly(key: string, eventId: string): RoomJson {
  const [type = "", stateKey = ""] = key.split(" ");
  return {
    timeline: { events: [], limited: false, prev_batch: "" },
    state: { events: [{ event_id: eventId, type, state_key: stateKey, sender: "", content: {} }] },
  };
}

export async function topicOf({ server, room }: SharedRoom, state: RoomState = room.view.state): Promise<unknown> {
  return (await eventIn(server.parts.rooms.rooms, state, "m.room.topic"))?.content["topic"];
}
