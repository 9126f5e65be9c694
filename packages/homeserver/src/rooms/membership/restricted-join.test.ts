import type { JsonObject } from "@patrix/api";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf, state } from "../../../tests/room-of.ts";
import { stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { membershipOf, restrictedJoinAuthoriser } from "./restricted-join.ts";

let fixture: ComposedRooms;
/** The room whose members may join, with Bob in it. */
let allowed: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  allowed = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

const memberOf = (roomId: string): JsonObject => ({ type: "m.room_membership", room_id: roomId });
const authoriser = (room: LoadedRoom, userId: string): Promise<string | undefined> => restrictedJoinAuthoriser(fixture.rooms, room, userId);

/** A room of Alice's with a join rule. */
function ruled(joinRule: string, allow: unknown): Promise<LoadedRoom> {
  const content = { join_rule: joinRule, allow } as JsonObject;
  return roomOf(fixture, { initialState: [{ type: "m.room.join_rules", content }] });
}

it.each(["restricted", "knock_restricted"])("names a joined user who may invite, in a room whose join rule is %s", async (joinRule) => {
  const room = await ruled(joinRule, [memberOf("!unknown:example.org"), memberOf(allowed.id)]);
  expect(await authoriser(room, bob)).toBe(alice);
  await fixture.members.join(room, bob);
  const joined = await stateEvent(fixture.rooms, room, "m.room.member", bob);
  expect(joined?.content["join_authorised_via_users_server"]).toBe(alice);
});

it("names nobody for who is in none of the rooms, and lets nobody in then", async () => {
  const room = await ruled("restricted", [memberOf(allowed.id)]);
  expect(await authoriser(room, carol)).toBeUndefined();
  await expect(fixture.members.join(room, carol)).rejects.toMatchObject({ code: "FORBIDDEN" });
});

it("names nobody for who is invited, who needs nobody", async () => {
  const room = await ruled("restricted", [memberOf(allowed.id)]);
  await fixture.members.invite(room, { sender: alice, target: bob });
  expect([await authoriser(room, bob), await membershipOf(fixture.rooms, room, bob)]).toEqual([undefined, "invite"]);
});

it.each(["public", "invite", "knock", "private"])("names nobody where the join rule is %s, whatever it allows", async (joinRule) => {
  expect(await authoriser(await ruled(joinRule, [memberOf(allowed.id)]), bob)).toBeUndefined();
});

it.each([undefined, null, "all", {}, [null, 7, "x", {}, { type: "m.room_membership" }, { type: "m.room_membership", room_id: 7 }]])(
  "names nobody where the rule allows %j",
  async (allow) => {
    expect(await authoriser(await ruled("restricted", allow), bob)).toBeUndefined();
  },
);

it("asks only for conditions that it knows", async () => {
  const room = await ruled("restricted", [{ type: "org.example.other", room_id: allowed.id }]);
  expect(await authoriser(room, bob)).toBeUndefined();
});

it("names nobody who has left or may not invite", async () => {
  const levels = { invite: 50, users: { [alice]: 100, [carol]: 50 } };
  const initialState = [{ type: "m.room.join_rules", content: { join_rule: "public" } }];
  const room = await roomOf(fixture, { version: "11", initialState, joined: [carol, "@dave:example.org"] });
  await fixture.engine.send(room, state("m.room.power_levels", levels));
  await fixture.engine.send(room, state("m.room.join_rules", { join_rule: "restricted", allow: [memberOf(allowed.id)] }));
  expect(await authoriser(room, bob)).toBe(alice);
  await fixture.members.leave(room, alice);
  expect(await authoriser(room, bob)).toBe(carol);
  await fixture.members.leave(room, carol);
  expect(await authoriser(room, bob)).toBeUndefined();
});

it("knows no membership of who was never there", async () => {
  expect(await membershipOf(fixture.rooms, allowed, "@nobody:example.org")).toBeUndefined();
});
