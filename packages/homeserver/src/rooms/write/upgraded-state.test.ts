import { getRoomVersionRules } from "@patrix/room-versions";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, roomOf, state } from "../../../tests/room-of.ts";
import { carriedLists, carriedState, upgradedCreateContent } from "./upgraded-state.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());

it("carries state over in the name of who replaces the room, and nothing that was emptied", async () => {
  const room = await roomOf(fixture, { version: "11" });
  await fixture.engine.send(room, state("m.room.topic", { topic: "old" }));
  await fixture.engine.send(room, state("m.room.topic", {}));
  await fixture.engine.send(room, state("m.room.name", { name: "Name" }));
  await fixture.engine.send(room, state("m.room.third_party_invite", { display_name: "x" }));
  const drafts = await carriedState(fixture.rooms, room, bob);
  expect(new Set(drafts.map(({ sender, stateKey }) => `${sender} ${stateKey}`))).toEqual(new Set([`${bob} `]));
  expect(drafts.map(({ type }) => type).toSorted()).toEqual(["m.room.history_visibility", "m.room.join_rules", "m.room.name"]);
});

it("carries the rooms of no other room than a space, and bans without profiles", async () => {
  const room = await roomOf(fixture, { version: "11", joined: [bob] });
  await fixture.engine.send(room, { type: "m.space.child", stateKey: "!a:x", sender: alice, content: { via: ["x"] } });
  const content = { membership: "ban", displayname: "Bob", reason: 5 };
  await fixture.engine.send(room, { type: "m.room.member", stateKey: bob, sender: alice, content });
  expect(await carriedLists(fixture.rooms, room, alice)).toEqual([
    { type: "m.room.member", stateKey: bob, sender: alice, content: { membership: "ban" } },
  ]);
});

it("names the creator in the content where the version wants it", async () => {
  const room = await roomOf(fixture, { version: "11" });
  const contentFor = (version: string) =>
    upgradedCreateContent(fixture.rooms, room, {
      sender: bob,
      version,
      rules: getRoomVersionRules(version) ?? expect.unreachable(),
      additionalCreators: [],
    });
  expect(await contentFor("10")).toMatchObject({ creator: bob, room_version: "10" });
  expect(await contentFor("11")).not.toHaveProperty("creator");
});
