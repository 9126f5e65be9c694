import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import { operation } from "../../store/statement.ts";
import { insertRoom, upsertMembership } from "../../store/statements/rooms.ts";
import { mutualRooms } from "./mutual-rooms.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());
const read = async (other: string, from?: string) => {
  const { users } = fixture.core;
  return mutualRooms(fixture.rooms, await users.intern(alice), { other: await users.find(other), from });
};

describe("the rooms that two users have in common", () => {
  it("are those that both are joined to", async () => {
    const both = await roomOf(fixture, { joined: [bob] });
    const [left, invited] = [await roomOf(fixture, { joined: [bob] }), await roomOf(fixture, { invite: [bob] })];
    await fixture.members.leave(left, bob);
    expect(invited.view.members.size).toBe(2);
    expect(await read(bob)).toEqual({ roomIds: [both.id], count: 1, next: undefined });
    expect(await read(carol)).toEqual({ roomIds: [], count: 0, next: undefined });
  });

  it("come in pages, none twice and none missing", async () => {
    const { core } = fixture;
    const [dan, aliceNid] = [await core.users.intern("@dan:example.org"), await core.users.intern(alice)];
    const count = limits.mutualRoomsPage.value + 1;
    const nids = Array.from({ length: count }, (_, i) => 640_000 + i * 64);
    await core.log.append({
      positions: [],
      operations: nids.flatMap((nid) => [
        operation(insertRoom, nid, `!m${nid}:x`, "11", 0, "[]", 0, 0, 0, aliceNid),
        ...[dan, aliceNid].map((user) => operation(upsertMembership, nid, user, "join", nid, nid)),
      ]),
    });
    // The rooms are read from the database by a server that starts.
    const { Rooms } = await import("../rooms.ts");
    const rooms = await Rooms.open(core);
    const first = await mutualRooms(rooms, aliceNid, { other: dan });
    expect([first.roomIds.length, first.count]).toEqual([count - 1, count]);
    const second = await mutualRooms(rooms, aliceNid, { other: dan, from: first.next });
    expect([second.roomIds, second.count, second.next]).toEqual([[`!m${nids.at(-1)}:x`], count, undefined]);
  });

  it.each(["", "m", "x1", "m1!", "m99999999999999999"])("are refused for the token %j", async (from) => {
    await expect(read(bob, from)).rejects.toMatchObject({ name: "RoomError", code: "INVALID_TOKEN" });
    await expect(read("@nobody:x", from)).rejects.toMatchObject({ name: "RoomError", code: "INVALID_TOKEN" });
  });
});
