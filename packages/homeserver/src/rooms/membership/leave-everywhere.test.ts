import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, roomOf } from "../../../tests/room-of.ts";
import { RoomError } from "../errors.ts";
import type { LoadedRoom } from "../room.ts";
import { leaveEverywhere } from "./leave-everywhere.ts";
import type { Members } from "./members.ts";
import { membershipOf } from "./restricted-join.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** Members of whom one room lets nobody go. */
const keeping = (kept: LoadedRoom, failure: Error): Pick<Members, "leave"> => ({
  leave: async (room, userId) => {
    if (room.nid === kept.nid) throw failure;
    await fixture.members.leave(room, userId);
  },
});

it("a user leaves each room that they are in, are invited to or knock on, but for one that refuses", async () => {
  const kept = await roomOf(fixture, { joined: [bob] });
  const joined = await roomOf(fixture, { joined: [bob] });
  const invited = await roomOf(fixture, { preset: "private_chat", invite: [bob] });
  const banned = await roomOf(fixture);
  await fixture.members.ban(banned, { sender: alice, target: bob });
  const user = { userNid: await fixture.core.users.intern(bob), userId: bob };
  const failure = new RangeError("the disk is full");
  await expect(leaveEverywhere(fixture.rooms, keeping(kept, failure), user)).rejects.toBe(failure);
  await leaveEverywhere(fixture.rooms, keeping(kept, new RoomError("FORBIDDEN", "no")), user);
  const memberships = [kept, joined, invited, banned].map((room) => membershipOf(fixture.rooms, room, bob));
  expect(await Promise.all(memberships)).toEqual(["join", "leave", "leave", "ban"]);
});
