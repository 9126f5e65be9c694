import { expect, it } from "vitest";
import { openRooms } from "../../../tests/composed-rooms.ts";
import { bob, roomOf } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { UserMembership } from "../rooms.ts";
import { requireRoomToJoin } from "./require-room-to-join.ts";

it("a user joins so many rooms, of which those that they have left or are invited to are none", async () => {
  await using fixture = await openRooms();
  await roomOf(fixture, { joined: [bob] });
  const userNid = await fixture.core.users.intern(bob);
  // In the place of rooms that would take minutes to create.
  const rooms = (await fixture.rooms.ofUser(userNid)) as Map<number, UserMembership>;
  const one = [...rooms.values()][0] ?? expect.unreachable("the user is in no room");
  const add = (count: number, membership: UserMembership["membership"]): void => {
    for (let i = 0; i < count; i++) rooms.set(1_000_000 + rooms.size, { ...one, membership });
  };
  for (const membership of ["leave", "invite", "ban"] as const) add(5, membership);
  add(limits.joinedRooms.value - 2, "join");
  await requireRoomToJoin(fixture.rooms, userNid, "the room");
  add(1, "join");
  await expect(requireRoomToJoin(fixture.rooms, userNid, "the room")).rejects.toMatchObject({ name: "LimitError", limit: "joinedRooms" });
});
