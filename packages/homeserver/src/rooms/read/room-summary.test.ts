import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { type Place, placeAfter } from "../timeline/place.ts";
import { type RoomSummary, summaryAt } from "./room-summary.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const user = (n: number): string => `@user${n}:example.org`;

async function summary(room: LoadedRoom, userId = alice, place: Place = room.view.end): Promise<RoomSummary> {
  const userNid = await fixture.core.users.intern(userId);
  return summaryAt(fixture.rooms, room, { place, state: await fixture.states.stateAt(room, place) }, userNid);
}
const heroes = async (room: LoadedRoom, userId?: string, place?: Place): Promise<RoomSummary["heroes"]> =>
  (await summary(room, userId, place)).heroes;

describe("the summary of a room", () => {
  it("counts who is in and who is invited, the user included", async () => {
    const room = await roomOf(fixture, { joined: [bob], invite: [carol] });
    expect(await summary(room)).toMatchObject({ joinedCount: 2, invitedCount: 1 });
    await fixture.members.leave(room, bob);
    await fixture.members.ban(room, { sender: alice, target: carol });
    expect(await summary(room)).toMatchObject({ joinedCount: 1, invitedCount: 0 });
  });

  it("names the first five who are in or invited, in the order of their events, without the user", async () => {
    const joined = [1, 2, 3, 4, 5, 6, 7].map(user);
    const room = await roomOf(fixture, { invite: [carol], joined });
    expect(await heroes(room)).toEqual([carol, ...joined.slice(0, 4)]);
    expect(await heroes(room, user(2))).toEqual([alice, carol, user(1), user(3), user(4)]);
    // Whoever sets a membership anew comes last.
    const renamed = { type: "m.room.member", stateKey: user(1), sender: user(1), content: { membership: "join", displayname: "One" } };
    await fixture.engine.send(room, renamed);
    expect(await heroes(room)).toEqual([carol, user(2), user(3), user(4), user(5)]);
    await fixture.members.leave(room, user(3));
    expect(await heroes(room)).toEqual([carol, user(2), user(4), user(5), user(6)]);
  });

  it("names who has left or is banned where nobody else is in, and never who only asked to be let in", async () => {
    const room = await roomOf(fixture, {
      joined: [bob, carol],
      initialState: [{ type: "m.room.join_rules", content: { join_rule: "public" } }],
    });
    await fixture.engine.send(room, state("m.room.join_rules", { join_rule: "knock" }));
    await fixture.members.knock(room.id, user(1), { via: [] });
    await fixture.members.ban(room, { sender: alice, target: carol });
    expect(await heroes(room)).toEqual([bob]);
    await fixture.members.leave(room, bob);
    expect(await heroes(room)).toEqual([carol, bob]);
    expect(await heroes(await roomOf(fixture))).toEqual([]);
  });

  it("names nobody where the room has a name or an alias that is not empty", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    const told: unknown[] = [];
    for (const content of [{ name: "Cake" }, { name: "" }, { name: 5 }, {}]) {
      await fixture.engine.send(room, state("m.room.name", content));
      told.push(await heroes(room));
    }
    for (const content of [{ alias: "#cake:example.org" }, { alias: "" }, { alias: null }, { alt_aliases: [] }]) {
      await fixture.engine.send(room, state("m.room.canonical_alias", content));
      told.push(await heroes(room));
    }
    expect(told).toEqual([undefined, [bob], [bob], [bob], undefined, [bob], [bob], [bob]]);
    expect(await summary(room)).toMatchObject({ joinedCount: 2, invitedCount: 0 });
  });

  it("is that of its place, remembered or read from the state there", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    const place = room.view.end;
    await fixture.members.join(room, carol);
    await fixture.engine.send(room, state("m.room.name", { name: "Cake" }));
    const before = { joinedCount: 2, invitedCount: 0, heroes: [bob] };
    expect([await summary(room, alice, place), (await summary(room)).heroes]).toEqual([before, undefined]);
    const { nid } = await fixture.engine.send(room, message("x"));
    expect((await summary(room, alice, placeAfter(nid))).joinedCount).toBe(3);
    // More changes than a room remembers.
    for (let i = 0; i < 35; i++) {
      await fixture.members.leave(room, carol);
      await fixture.members.join(room, carol);
    }
    expect(room.view.hasForgottenChanges).toBe(true);
    expect(await summary(room, alice, place)).toEqual(before);
  });
});
