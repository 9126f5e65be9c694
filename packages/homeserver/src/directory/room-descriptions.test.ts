import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf, state } from "../../tests/room-of.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { RoomDescriptions } from "./room-descriptions.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());

it("sums up a room, its version, encryption and whose members may join included", async () => {
  const descriptions = new RoomDescriptions(fixture.rooms);
  const allow = [{ type: "m.room_membership", room_id: "!club:x" }, { type: "m.room_membership", room_id: "club" }, { type: "other" }];
  const room = await roomOf(fixture, {
    version: "10",
    initialState: [
      { type: "m.room.join_rules", content: { join_rule: "restricted", allow } },
      { type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } },
    ],
  });
  const known = fixture.rooms.get(room.id);
  expect(descriptions.peek(known)).toBeUndefined();
  const first = await descriptions.of(known);
  expect(first.summary).toMatchObject({
    room_id: room.id,
    join_rule: "restricted",
    allowed_room_ids: ["!club:x"],
    encryption: "m.megolm.v1.aes-sha2",
    room_version: "10",
    num_joined_members: 1,
  });
  expect(first.chunk).not.toHaveProperty("room_version");
  expect([await descriptions.of(known), descriptions.peek(known)]).toEqual([first, first]);
  await fixture.engine.send(room, message("hello"));
  expect(descriptions.peek(known)).toBeUndefined();
  await fixture.engine.send(room, state("m.room.join_rules", { join_rule: "public" }));
  await fixture.members.join(room, bob);
  const { summary } = await descriptions.of(known);
  expect([summary.num_joined_members, summary.allowed_room_ids]).toEqual([2, undefined]);
});

it("has the children of spaces, and of no other room", async () => {
  const descriptions = new RoomDescriptions(fixture.rooms);
  for (const type of ["m.space", "org.example.game"]) {
    const room = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, {
      creator: alice,
      preset: "public_chat",
      invite: [],
      creationContent: { type },
      initialState: [{ type: "m.space.child", state_key: "!a:x", content: { via: ["x"] } }],
    });
    const { summary, children, bytes, bytesWithChildren } = await descriptions.of(fixture.rooms.get(room.id));
    expect([summary.room_type, children.length, bytesWithChildren > bytes]).toEqual([type, Number(type === "m.space"), type === "m.space"]);
  }
});
