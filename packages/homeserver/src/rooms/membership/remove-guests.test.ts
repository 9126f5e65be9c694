import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { guestRemover } from "./remove-guests.ts";
import { membershipOf } from "./restricted-join.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const access = (guest_access: string) => state("m.room.guest_access", { guest_access });
const memberships = (room: LoadedRoom): Promise<unknown[]> =>
  Promise.all([bob, carol].map((user) => membershipOf(fixture.rooms, room, user)));

it("guests leave a room once it lets none in, by a new setting or the redaction of the old one, and others stay", async () => {
  const bobNid = await fixture.core.users.intern(bob);
  const remove = guestRemover(fixture.rooms, fixture.members, async (userNid) => userNid === bobNid);
  for (const redacts of [false, true]) {
    const room = await roomOf(fixture, { joined: [bob, carol] });
    const open = await fixture.engine.send(room, access("can_join"));
    await remove([open, await fixture.engine.send(room, message("hello"))]);
    expect(await memberships(room)).toEqual(["join", "join"]);
    const redaction = { type: "m.room.redaction", sender: open.fields.sender, content: {}, redacts: open.eventId };
    const closed = await fixture.engine.send(room, redacts ? redaction : access("forbidden"));
    await remove([await fixture.engine.send(room, message("no setting"))]);
    expect(await memberships(room)).toEqual(["join", "join"]);
    await remove([closed]);
    expect(await memberships(room)).toEqual(["leave", "join"]);
  }
});
