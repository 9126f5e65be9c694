import { toAuthEvent } from "@patrix/state-res";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { type Resolvers, resolversOf } from "../../../tests/resolvers.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { alice, roomOf, state } from "../../../tests/room-of.ts";
import { WatchedStore } from "../../../tests/watched-store.ts";
import { eventIn } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import type { StateResolver } from "./resolve.ts";
import { PENDING_NID } from "./resolve-states.ts";
import type { RoomState } from "./room-state.ts";
import { internStateKey } from "./state-key.ts";

const watched = new WatchedStore();
let fixture: ComposedRooms;
let resolvers: Resolvers;
let resolver: StateResolver;
let inThread: StateResolver;
beforeAll(async () => {
  fixture = await openRooms({ wrapStore: watched.wrap });
  resolvers = resolversOf(fixture);
  ({ resolver, inThread } = resolvers);
});
afterAll(async () => {
  await resolvers[Symbol.asyncDispose]();
  await fixture[Symbol.asyncDispose]();
});

const rita = "@rita:remote.example";
const topicOf = async (shown: RoomState): Promise<unknown> => (await eventIn(fixture.rooms, shown, "m.room.topic"))?.content["topic"];
const entries = (shown: RoomState): unknown => [...shown.entries()];
const tipOf = async (room: LoadedRoom): Promise<StoredEvent> =>
  (await fixture.rooms.events.get(room.head.tips.at(-1)?.nid ?? 0)) ?? expect.unreachable("the room has no tip");

/** A room that Rita of another server has joined, where everyone may set state. */
async function sharedRoom(): Promise<{ readonly room: LoadedRoom; readonly remote: RemoteServer }> {
  const levels = { state_default: 0, events: {}, users: { [alice]: 100 } };
  const room = await roomOf(fixture, { version: "11", initialState: [{ type: "m.room.power_levels", content: levels }] });
  const remote = new RemoteServer("remote.example", fixture);
  const join = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(room, { ...join, after: [await tipOf(room)], state: room.head.state });
  return { room, remote };
}

describe("states that are the same", () => {
  it("are the first of them, without a look at any event", async () => {
    const room = await roomOf(fixture);
    const same = room.view.state.with([]);
    const read: string[] = [];
    watched.afterRead = (statement) => void read.push(statement);
    expect(await resolver.resolve([same], room.rules)).toBe(same);
    expect(await resolver.resolve([same, room.view.state], room.rules)).toBe(same);
    expect((await resolver.resolve([], room.rules)).size).toBe(0);
    watched.afterRead = undefined;
    expect(read).toEqual([]);
  });
});

describe("states in conflict", () => {
  it.each(["ours", "theirs"] as const)("are one, whichever comes first, when %s wins", async (winner) => {
    const { room } = await forkedRoom(fixture, winner);
    const states = room.head.tips.map((tip) => tip.state);
    expect(states).toHaveLength(2);
    for (const order of [states, states.toReversed()]) {
      const resolved = await resolver.resolve(order, room.rules);
      expect([await topicOf(resolved), entries(resolved)]).toEqual([winner, entries(room.head.state)]);
    }
  });

  it("keep what only one of them has, and lose what the others do not allow", async () => {
    const { room, remote } = await sharedRoom();
    const fork = { after: [await tipOf(room)], state: room.head.state };
    await fixture.engine.send(room, { type: "m.room.member", stateKey: rita, sender: alice, content: { membership: "ban" } });
    await fixture.engine.send(room, state("m.room.topic", { topic: "ours" }));
    const { event: name } = await remote.send(room, {
      type: "m.room.name",
      stateKey: "",
      sender: rita,
      content: { name: "hers" },
      ...fork,
    });
    const key = await internStateKey(fixture.core, "m.room.name", "");
    const theirs = fork.state.with([[key, name.nid]]);
    for (const order of [
      [theirs, room.head.state],
      [room.head.state, theirs],
    ]) {
      const resolved = await resolver.resolve(order, room.rules);
      expect([resolved.get(key), await topicOf(resolved)]).toEqual([undefined, "ours"]);
      expect(entries(resolved)).toEqual(entries(room.head.state));
    }
  });

  it.each([
    ["wins where it was sent later", Date.now() + 60_000, "theirs"],
    ["loses where it was sent earlier", 1, "ours"],
  ])("may hold an event that has no number yet: it %s", async (_, ts, winner) => {
    const { room, remote } = await sharedRoom();
    const fork = { after: [await tipOf(room)], state: room.head.state };
    const { nid: ours } = await fixture.engine.send(room, state("m.room.topic", { topic: "ours" }));
    const topic = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "theirs" } };
    const pending = toAuthEvent(await remote.build(room, { ...topic, ...fork, ts }));
    const key = await internStateKey(fixture.core, "m.room.topic", "");
    const theirs = fork.state.with([[key, PENDING_NID]]);
    for (const order of [
      [theirs, room.head.state],
      [room.head.state, theirs],
    ])
      for (const way of [resolver, inThread])
        expect((await way.resolve(order, room.rules, pending)).get(key)).toBe(winner === "theirs" ? PENDING_NID : ours);
  });

  it("name events that are stored, or are corrupt", async () => {
    const room = await roomOf(fixture);
    const key = await internStateKey(fixture.core, "m.room.topic", "");
    const broken = room.view.state.with([[key, 999_999]]);
    await expect(resolver.resolve([room.view.state, broken], room.rules)).rejects.toMatchObject({
      name: "StoreError",
      code: "CORRUPT",
      message: expect.stringContaining("999999") as string,
    });
  });
});
