import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { RemoteServer } from "../../../tests/remote/remote-server.ts";
import { message, roomOf, state } from "../../../tests/room-of.ts";
import { eventIn } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { StateResolver } from "../state/resolve.ts";
import type { RoomState } from "../state/room-state.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { type BranchState, BranchStates } from "./branch-states.ts";

let fixture: ComposedRooms;
let remote: RemoteServer;
let branches: BranchStates;
beforeAll(async () => {
  fixture = await openRooms();
  remote = new RemoteServer("remote.example", fixture);
  branches = new BranchStates(fixture.rooms, new StateResolver(fixture.rooms));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const rita = "@rita:remote.example";
const say = (room: LoadedRoom, body = "x"): Promise<StoredEvent> => fixture.engine.send(room, message(body));
const setTopic = (room: LoadedRoom, topic: string): Promise<StoredEvent> => fixture.engine.send(room, state("m.room.topic", { topic }));
const topicOf = async (shown: RoomState): Promise<unknown> => (await eventIn(fixture.rooms, shown, "m.room.topic"))?.content["topic"];
const entries = (shown: RoomState): unknown => [...shown.entries()];

/** The state before an event that follows some others. */
async function before(room: LoadedRoom, ...after: readonly Pick<StoredEvent, "eventId" | "pdu">[]): Promise<BranchState> {
  const draft = { type: "m.room.message", sender: rita, content: { body: "x" } };
  return branches.before(room, await remote.build(room, { ...draft, after, state: room.head.state }));
}

describe("the state before an event", () => {
  it("is that after the event before it, at the end of the room and within it, with nothing to store", async () => {
    const room = await roomOf(fixture);
    const empty = room.head.state;
    const said = await say(room);
    const first = await setTopic(room, "first");
    const second = await setTopic(room, "second");
    const [afterFirst, afterSecond] = [await before(room, first), await before(room, second)];
    expect(afterSecond).toEqual({ stateNid: room.head.stateNid, state: room.head.state, operations: [] });
    expect([await topicOf(afterFirst.state), afterFirst.operations]).toEqual(["first", []]);
    expect(entries((await before(room, said)).state)).toEqual(entries(empty));
  });

  it("is empty where nothing comes before it", async () => {
    const room = await roomOf(fixture);
    expect(await before(room)).toMatchObject({ stateNid: 0, state: { size: 0 }, operations: [] });
  });

  it("is that before an event that was rejected", async () => {
    const room = await roomOf(fixture);
    const tip = await setTopic(room, "kept");
    const name = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "stranger" } };
    const { event, outcome } = await remote.send(room, { ...name, after: [tip], state: room.head.state });
    expect(outcome).toBe("rejected");
    expect(await before(room, event)).toEqual({ stateNid: room.head.stateNid, state: room.head.state, operations: [] });
  });

  it("is that of each branch by itself, whatever the room has made of them", async () => {
    const { room, ours, theirs } = await forkedRoom(fixture, "ours");
    expect([await topicOf((await before(room, ours)).state), await topicOf((await before(room, theirs)).state)]).toEqual([
      "ours",
      "theirs",
    ]);
    // Once others have joined the branches, the state is made of what is stored.
    await say(room);
    const again = await before(room, theirs);
    expect([await topicOf(again.state), again.operations.length]).toEqual(["theirs", 1]);
    expect(await topicOf((await before(room, ours)).state)).toBe("ours");
  });

  it.each(["ours", "theirs"] as const)(
    "is resolved where it joins branches, and is to be stored with what it is made of (%s)",
    async (winner) => {
      const { room, ours, theirs } = await forkedRoom(fixture, winner);
      const joined = await before(room, ours, theirs);
      expect([await topicOf(joined.state), entries(joined.state)]).toEqual([winner, entries(room.head.state)]);
      await fixture.core.store.commit(joined.operations);
      expect(entries(await fixture.rooms.stateGroups.load(joined.stateNid))).toEqual(entries(joined.state));
      await say(room);
      const later = await before(room, ours, theirs);
      await fixture.core.store.commit(later.operations);
      expect([await topicOf(later.state), await topicOf(await fixture.rooms.stateGroups.load(later.stateNid))]).toEqual([winner, winner]);
    },
  );

  it("is not resolved where the branches have the same", async () => {
    const room = await roomOf(fixture);
    const [one, other] = [await say(room), await say(room)];
    const joined = await before(room, one, other);
    expect([joined.stateNid, joined.operations]).toEqual([room.head.stateNid, []]);
  });

  it("is not known where an event before it is missing, or was only named by others", async () => {
    const room = await roomOf(fixture);
    const tip = await say(room);
    const draft = { type: "m.room.message", sender: rita, state: room.head.state, after: [tip] };
    const lost = await remote.build(room, { ...draft, content: { body: "lost" } });
    const outlier = await remote.build(room, { ...draft, content: { body: "outlier" } });
    await fixture.receiver.receiveOutliers(room, [outlier]);
    await expect(before(room, tip, lost, outlier)).rejects.toMatchObject({
      name: "RoomError",
      code: "MISSING_EVENTS",
      missing: [lost.eventId, outlier.eventId],
    });
  });
});

/** The state before an event that follows something which is not here, as another server tells it. */
async function told(room: LoadedRoom, eventIds: readonly string[], ...known: readonly StoredEvent[]): Promise<BranchState> {
  const draft = { type: "m.room.message", sender: rita, content: { body: "x" }, state: room.head.state };
  const lost = await remote.build(room, { ...draft, content: { body: "lost" }, after: known });
  return branches.before(room, await remote.build(room, { ...draft, after: [...known, lost] }), eventIds);
}

describe("a state that is handed over as events", () => {
  it("has each state event at its key, and no message", async () => {
    const room = await roomOf(fixture);
    const said = await say(room);
    await setTopic(room, "x");
    const events = await fixture.reader.stateEvents(room.head.state);
    const handed = await told(room, [...events.map(({ eventId }) => eventId), said.eventId]);
    expect([entries(handed.state), handed.operations.length]).toEqual([entries(room.head.state), 0]);
    // One that differs from the present one is stored.
    const ids = events.filter(({ fields }) => fields.type !== "m.room.topic").map(({ eventId }) => eventId);
    const before = await told(room, ids);
    expect([before.state.size, before.operations.length]).toEqual([ids.length, 1]);
    await fixture.core.store.commit(before.operations);
    expect(entries(await fixture.rooms.stateGroups.load(before.stateNid))).toEqual(entries(before.state));
  });

  it("is one branch beside those that are here, and counts for nothing where nothing is missing", async () => {
    const room = await roomOf(fixture);
    const earlier = await fixture.reader.stateEvents(room.head.state);
    const set = await setTopic(room, "ours");
    const ids = earlier.map(({ eventId }) => eventId);
    expect(await topicOf((await told(room, ids)).state)).toBeUndefined();
    expect(await topicOf((await told(room, ids, set)).state)).toBe("ours");
    const draft = { type: "m.room.message", sender: rita, content: { body: "x" }, state: room.head.state, after: [set] };
    const straight = await branches.before(room, await remote.build(room, draft), ids);
    expect([straight.stateNid, straight.operations]).toEqual([room.head.stateNid, []]);
  });

  it("has no event of another room, and none that is rejected", async () => {
    const room = await roomOf(fixture);
    const other = await roomOf(fixture);
    const elsewhere = await setTopic(other, "elsewhere");
    const draft = { type: "m.room.topic", stateKey: "", sender: rita, after: [await say(room)], state: room.head.state };
    const rejected = await remote.build(room, { ...draft, content: { topic: "rejected" } });
    await fixture.receiver.receiveOutliers(room, [rejected], { areRejected: true });
    expect((await told(room, [elsewhere.eventId, rejected.eventId])).state.size).toBe(0);
  });

  it("may name events that are in no timeline, but none that is not stored", async () => {
    const room = await roomOf(fixture);
    const tip = await say(room);
    const draft = { type: "m.room.topic", stateKey: "", sender: rita, content: { topic: "hers" }, after: [tip], state: room.head.state };
    const outlier = await remote.build(room, draft);
    const lost = await remote.build(room, { ...draft, content: { topic: "lost" } });
    await fixture.receiver.receiveOutliers(room, [outlier]);
    expect(await topicOf((await told(room, [outlier.eventId])).state)).toBe("hers");
    await expect(told(room, [outlier.eventId, lost.eventId])).rejects.toMatchObject({
      code: "MISSING_EVENTS",
      missing: [lost.eventId],
    });
  });
});
