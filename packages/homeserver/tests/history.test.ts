import type { NamedPdu } from "@patrix/signatures";
import { describe, expect, it } from "vitest";
import type { ComposedHomeserver } from "../src/compose/create-homeserver.ts";
import type { LoadedRoom } from "../src/rooms/room.ts";
import type { RoomState } from "../src/rooms/state/room-state.ts";
import { historyEnd, timelineEnd, timelineStart } from "../src/rooms/timeline/place.ts";
import type { StoredEvent } from "../src/rooms/timeline/stored-event.ts";
import { createRoom } from "../src/rooms/write/create-room.ts";
import { composed } from "./remote/compose.ts";
import { authChain, named } from "./remote/hand-over.ts";
import { RemoteServer } from "./remote/remote-server.ts";

const olga = "@olga:origin.example";

interface Call {
  <Body>(method: string, path: string, body?: unknown): Promise<Body>;
}
interface Chunk {
  readonly chunk: readonly { readonly event_id: string; readonly content: { readonly body?: string } }[];
  readonly end?: string;
}

async function register(server: ComposedHomeserver, username: string): Promise<Call> {
  const body = JSON.stringify({ username, password: "secret", auth: { type: "m.login.dummy" } });
  const registered = await fetch(`${server.url}/_matrix/client/v3/register`, { method: "POST", body });
  const { access_token: token } = (await registered.json()) as { access_token: string };
  return async <Body>(method: string, path: string, content?: unknown) => {
    const answer = await fetch(`${server.url}/_matrix/client/v3${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(content === undefined ? {} : { body: JSON.stringify(content) }),
    });
    const json = (await answer.json()) as Body;
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(json)}`);
    return json;
  };
}

async function stateEvents({ parts }: ComposedHomeserver, state: RoomState): Promise<StoredEvent[]> {
  return parts.rooms.reader.stateEvents(state);
}

describe.each(["1", "10", "12"])("a room of version %s that was taken over from another server", (version) => {
  it("has its history before its first event, whenever that comes, and reads the same on every path", async () => {
    await using origin = await composed({ serverName: "origin.example" });
    await using server = await composed();
    const { rooms } = origin.parts;
    const settings = { creator: olga, preset: "public_chat", version, invite: [], initialState: [] } as const;
    const there = await createRoom(rooms.rooms, rooms.engine, rooms.profileOf, settings);
    const say = (body: string): Promise<StoredEvent> =>
      rooms.engine.send(there, { type: "m.room.message", sender: olga, content: { body } });
    const topic = (text: string): Promise<StoredEvent> =>
      rooms.engine.send(there, { type: "m.room.topic", stateKey: "", sender: olga, content: { topic: text } });
    await say("1");
    await topic("first");
    await say("2");
    await topic("second");
    const last = await say("3");
    const before = there.view.state;

    const alice = await register(server, "alice");
    const here = new RemoteServer("localhost", rooms);
    const member = { type: "m.room.member", stateKey: "@alice:localhost", sender: "@alice:localhost", content: { membership: "join" } };
    const join = await here.build(there, { ...member, after: [last], state: before });
    await here.deliver(there, join);
    const state = await stateEvents(origin, before);
    const room = await server.parts.rooms.adopt({
      roomId: there.id,
      version,
      state: state.map(named),
      authChain: (await authChain(rooms, state)).map(named),
      event: join,
    });
    expect(room.view.joinedCount).toBe(2);
    await alice("PUT", `/rooms/${there.id}/send/m.room.message/1`, { body: "4" });
    const sent = await server.parts.rooms.timelines.lastUpTo(room, timelineEnd);
    if (sent) await here.deliver(there, await signedAgain(here, there, sent));
    const { next_batch: since } = await alice<{ next_batch: string }>("GET", "/sync");

    // The history arrives after events of the present, newest first and in two pages.
    const older = (await rooms.timelines.backward(there, { after: timelineStart, upTo: timelineEnd }, 100)).filter(
      ({ eventId }) => eventId !== join.eventId && eventId !== sent?.eventId,
    );
    const { receiver, timelines, states } = server.parts.rooms;
    for (const page of [older.slice(0, 3), older.slice(3)]) {
      for (const event of page) {
        const stateBefore = await stateEvents(origin, await rooms.states.stateBefore(there, event));
        await receiver.receiveOutliers(room, [...(await authChain(rooms, stateBefore)), ...stateBefore].map(named));
        const historic = { pdu: named(event), stateBefore: stateBefore.map(({ eventId }) => eventId) };
        expect(await receiver.receivePast(room, [historic])).toBe(1);
        expect(await receiver.receivePast(room, [historic])).toBe(0);
      }
    }

    const all = await timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 100);
    expect(all.map(({ eventId }) => eventId)).toEqual([...older.toReversed().map(({ eventId }) => eventId), join.eventId, sent?.eventId]);
    const places = all.map(({ fields }) => fields.place ?? timelineStart);
    expect(places.filter((place) => place < historyEnd)).toHaveLength(older.length);
    for (const event of older) {
      const placed = (await server.parts.rooms.rooms.events.byId(event.eventId))?.fields.place;
      const at = await stateEvents(server, await states.stateAt(room, placed ?? timelineEnd));
      const expected = await stateEvents(origin, await rooms.states.stateAt(there, event.fields.place ?? timelineEnd));
      expect(at.map(({ eventId }) => eventId).toSorted()).toEqual(expected.map(({ eventId }) => eventId).toSorted());
    }
    // Nobody is told of the past as news, and readers of the log do not take it for the present.
    expect((await alice<{ rooms?: unknown }>("GET", `/sync?since=${since}`)).rooms).toBeUndefined();
    await expectPages(alice, room, all);
  });
});

/** Signs what this server sent, which leaves it unsigned until it goes out. */
async function signedAgain(here: RemoteServer, there: LoadedRoom, event: StoredEvent): Promise<NamedPdu> {
  return here.sign(there, event.pdu);
}

async function expectPages(alice: Call, room: LoadedRoom, all: readonly StoredEvent[]): Promise<void> {
  const ids = all.map(({ eventId }) => eventId);
  for (const [dir, expected] of [
    ["b", ids.toReversed()],
    ["f", ids],
  ] as const) {
    const seen: string[] = [];
    for (let from = ""; ;) {
      const page = await alice<Chunk>("GET", `/rooms/${room.id}/messages?dir=${dir}&limit=2${from}`);
      seen.push(...page.chunk.map((event) => event.event_id));
      if (page.end === undefined) break;
      from = `&from=${page.end}`;
    }
    expect(seen).toEqual(expected);
  }
}
