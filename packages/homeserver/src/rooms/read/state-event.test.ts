import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { eventIn, eventsInOrder, memberEventsIn, membershipIn, powerLevels, stateEvent } from "./state-event.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  room = await roomOf(fixture, { version: "11", joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

describe("the event of a key", () => {
  it("is that of the state that is asked for", async () => {
    const { rooms, engine } = fixture;
    const before = room.view.state;
    await engine.send(room, state("m.room.topic", { topic: "a" }));
    const between = room.view.state;
    await engine.send(room, state("m.room.topic", { topic: "b" }));
    expect(await eventIn(rooms, before, "m.room.topic")).toBeUndefined();
    expect((await eventIn(rooms, between, "m.room.topic"))?.content).toEqual({ topic: "a" });
    expect((await stateEvent(rooms, room, "m.room.topic"))?.content).toEqual({ topic: "b" });
  });

  it("is nothing where the key is another, or was never named", async () => {
    const { rooms } = fixture;
    expect((await stateEvent(rooms, room, "m.room.member", bob))?.fields.stateKey).toBe(bob);
    const others = [["m.room.member"], ["m.room.member", "@never:example.org"], ["org.example.never"], ["m.room.create", bob]] as const;
    for (const [type, key] of others) expect(await stateEvent(rooms, room, type, key)).toBeUndefined();
  });

  it("says which membership a user has", async () => {
    await fixture.members.leave(room, bob);
    const memberships = await Promise.all([alice, bob, carol].map((user) => membershipIn(fixture.rooms, room.view.state, user)));
    expect(memberships).toEqual(["join", "leave", undefined]);
  });
});

describe("events", () => {
  it("of members come in the order in which they were sent, without users who have none", async () => {
    const events = await memberEventsIn(fixture.rooms, room.view.state, [bob, carol, "@never:example.org", alice]);
    expect(events.map(({ fields }) => fields.stateKey)).toEqual([alice, bob]);
  });

  it("of some numbers come in the order in which they came, without those that are not there", async () => {
    const nids: number[] = [];
    for (const body of ["a", "b", "c"]) nids.push((await fixture.engine.send(room, message(body))).nid);
    const events = await eventsInOrder(fixture.rooms, [...nids.toReversed(), 1]);
    expect(events.map(({ content }) => content["body"])).toEqual(["a", "b", "c"]);
  });
});

it("reads power levels from the state, and from the create event where it has none", async () => {
  await fixture.engine.send(room, state("m.room.power_levels", { users: { [alice]: 100, [bob]: 7 }, redact: 8 }));
  const levels = await powerLevels(fixture.rooms, room);
  expect([levels.userLevel(alice), levels.userLevel(bob), levels.userLevel(carol), levels.level("redact")]).toEqual([100, 7, 0, 8]);
  const newest = await powerLevels(fixture.rooms, await roomOf(fixture, { version: "12" }));
  expect(newest.userLevel(alice)).toBeGreaterThan(100);
});
