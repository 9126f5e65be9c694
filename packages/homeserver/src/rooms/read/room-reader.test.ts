import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, type RoomOfOptions, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { eventIn } from "./state-event.ts";
import { RoomReader } from "./room-reader.ts";
import { PlacedStates } from "./state-at.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const forbidden = (words: RegExp): unknown =>
  expect.objectContaining({ name: "RoomError", code: "FORBIDDEN", message: expect.stringMatching(words) as string });
const notIn = forbidden(/^you are not in the room$/);
const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
const worldReadable = { type: "m.room.history_visibility", content: { history_visibility: "world_readable" } };
const privateRoom = (options: RoomOfOptions = {}): Promise<LoadedRoom> => roomOf(fixture, { preset: "private_chat", ...options });

describe("what a user may read of a room", () => {
  it("is the present for who is in", async () => {
    const room = await privateRoom();
    await fixture.engine.send(room, message("x"));
    const { upTo, state: shown, room: read } = await fixture.reader.access(room.id, await nidOf(alice));
    expect([read, upTo, shown]).toEqual([room, room.view.end, room.view.state]);
    expect(await fixture.reader.present(room.id, await nidOf(alice))).toBe(room);
    expect(await fixture.reader.joined(room.id, await nidOf(alice))).toBe(room);
  });

  it("is nothing for who never was in, is invited or has asked, as if the room did not exist", async () => {
    const room = await privateRoom({ invite: [bob], initialState: [{ type: "m.room.join_rules", content: { join_rule: "knock" } }] });
    await fixture.members.knock(room.id, carol, { via: [] });
    const refusesAll = async (roomId: string, userId: string): Promise<void> => {
      const userNid = await nidOf(userId);
      await expect(fixture.reader.access(roomId, userNid)).rejects.toEqual(notIn);
      await expect(fixture.reader.present(roomId, userNid)).rejects.toEqual(notIn);
      await expect(fixture.reader.joined(roomId, userNid)).rejects.toEqual(notIn);
    };
    for (const userId of [bob, carol, "@dan:example.org"]) await refusesAll(room.id, userId);
    await refusesAll("!nowhere", alice);
    expect([
      await fixture.reader.accessIfAllowed(room.id, await nidOf(bob)),
      (await fixture.reader.accessIfAllowed(room.id, await nidOf(alice)))?.room,
    ]).toEqual([undefined, room]);
  });

  it("is the present for anyone where history is world readable, who is no member for that", async () => {
    const room = await privateRoom({ initialState: [worldReadable] });
    expect((await fixture.reader.access(room.id, await nidOf(bob))).upTo).toBe(room.view.end);
    expect(await fixture.reader.present(room.id, await nidOf(bob))).toBe(room);
    await expect(fixture.reader.joined(room.id, await nidOf(bob))).rejects.toEqual(forbidden(/not joined/));
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "shared" }));
    await expect(fixture.reader.access(room.id, await nidOf(bob))).rejects.toEqual(notIn);
  });

  it("ends for who has left with the leave, whatever follows, and has the state of then", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    await fixture.engine.send(room, state("m.room.topic", { topic: "before" }));
    await fixture.members.leave(room, bob);
    const { end } = room.view;
    await fixture.engine.send(room, state("m.room.topic", { topic: "after" }));
    await fixture.members.ban(room, { sender: alice, target: bob });
    await fixture.members.unban(room, { sender: alice, target: bob });
    await fixture.members.invite(room, { sender: alice, target: bob });
    const { upTo, state: shown } = await fixture.reader.access(room.id, await nidOf(bob));
    expect([upTo, (await eventIn(fixture.rooms, shown, "m.room.topic"))?.content]).toEqual([end, { topic: "before" }]);
    await expect(fixture.reader.present(room.id, await nidOf(bob))).rejects.toEqual(notIn);
    await expect(fixture.reader.joined(room.id, await nidOf(bob))).rejects.toEqual(forbidden(/not joined/));
    await fixture.members.join(room, bob);
    expect(await fixture.reader.joined(room.id, await nidOf(bob))).toBe(room);
  });

  it("is nothing once the room is forgotten, until the user is back", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    await fixture.members.leave(room, bob);
    await fixture.members.forget(room, await nidOf(bob));
    await expect(fixture.reader.access(room.id, await nidOf(bob))).rejects.toEqual(notIn);
    await fixture.members.join(room, bob);
    expect((await fixture.reader.access(room.id, await nidOf(bob))).upTo).toBe(room.view.end);
  });

  it("is not turned into nothing by a failure", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    await fixture.members.leave(room, bob);
    const states = new (class extends PlacedStates {
      override stateAt(): Promise<never> {
        return Promise.reject(new Error("the disk fails"));
      }
    })(fixture.rooms, fixture.timelines);
    const reader = new RoomReader(fixture.rooms, states);
    await expect(reader.accessIfAllowed(room.id, await nidOf(bob))).rejects.toThrow("the disk fails");
  });
});

it("reads the events of a state in the order in which they were sent", async () => {
  const room = await roomOf(fixture);
  await fixture.engine.send(room, state("m.room.topic", { topic: "a" }));
  await fixture.engine.send(room, state("m.room.name", { name: "b" }));
  await fixture.engine.send(room, state("m.room.topic", { topic: "c" }));
  const events = await fixture.reader.stateEvents(room.view.state);
  expect(events.map(({ nid }) => nid)).toEqual(events.map(({ nid }) => nid).toSorted((a, b) => a - b));
  expect(events.map(({ fields }) => fields.type)).toEqual([
    "m.room.create",
    "m.room.member",
    "m.room.power_levels",
    "m.room.join_rules",
    "m.room.history_visibility",
    "m.room.name",
    "m.room.topic",
  ]);
});
