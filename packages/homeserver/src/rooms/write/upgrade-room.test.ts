import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf, type RoomOfOptions, state } from "../../../tests/room-of.ts";
import { Aliases } from "../../directory/aliases.ts";
import { limits } from "../../limits.ts";
import { operation } from "../../store/statement.ts";
import { isPublished, publishRoom } from "../../store/statements/rooms.ts";
import { eventsOfType, stateEvent } from "../read/state-event.ts";
import type { LoadedRoom } from "../room.ts";
import { createRoom } from "./create-room.ts";
import type { UpgradeRequest } from "./upgrade-room.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());

const upgrade = (room: LoadedRoom, more: Partial<UpgradeRequest> = {}): Promise<LoadedRoom> =>
  fixture.upgrades.upgrade(room, { sender: alice, version: "11", ...more });
const contentOf = async (room: LoadedRoom, type: string, key = ""): Promise<Readonly<Record<string, unknown>> | undefined> =>
  (await stateEvent(fixture.rooms, room, type, key))?.content;
const membershipOf = async (room: LoadedRoom, userId: string): Promise<string | undefined> =>
  room.view.members.get(await fixture.core.users.intern(userId))?.membership;
const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
const oldRoom = (options: RoomOfOptions = {}): Promise<LoadedRoom> => roomOf(fixture, { version: "10", joined: [bob], ...options });

const carried: Readonly<Record<string, Record<string, unknown>>> = {
  "m.room.name": { name: "Cake" },
  "m.room.topic": { topic: "All about it" },
  "m.room.avatar": { url: "mxc://example.org/a" },
  "m.room.join_rules": { join_rule: "restricted", allow: [{ type: "m.room_membership", room_id: "!club:x" }] },
  "m.room.history_visibility": { history_visibility: "joined" },
  "m.room.guest_access": { guest_access: "forbidden" },
  "m.room.encryption": { algorithm: "m.megolm.v1.aes-sha2" },
  "m.room.server_acl": { allow: ["*"], deny: ["evil.example"] },
  "m.room.pinned_events": { pinned: ["$a"] },
};

describe("the room that replaces another", () => {
  it("has the state of the old one that does not depend on who sent it", async () => {
    const initialState = Object.entries(carried).map(([type, content]) => ({ type, content: content as never }));
    const old = await oldRoom({
      initialState: [...initialState, { type: "org.example.custom", content: { a: 1 } }],
      preset: "private_chat",
      joined: [],
    });
    const levels = await contentOf(old, "m.room.power_levels");
    const next = await upgrade(old);
    for (const [type, content] of Object.entries(carried)) expect([type, await contentOf(next, type)]).toEqual([type, content]);
    expect(await contentOf(next, "org.example.custom")).toBeUndefined();
    expect([next.version, await contentOf(next, "m.room.power_levels")]).toEqual(["11", levels]);
    expect([await membershipOf(next, alice), await membershipOf(next, bob)]).toEqual(["join", undefined]);
  });

  it("says which room it replaces, and the old one by which it is replaced", async () => {
    const old = await oldRoom();
    const last = old.head.tips.at(-1)?.eventId;
    const next = await upgrade(old);
    expect(await contentOf(next, "m.room.create")).toMatchObject({ predecessor: { room_id: old.id, event_id: last }, room_version: "11" });
    expect(await contentOf(old, "m.room.tombstone")).toEqual({ body: "This room has been replaced", replacement_room: next.id });
  });

  it("is of the same kind, and keeps what its create event said of it", async () => {
    const creationContent = {
      type: "m.space",
      "m.federate": false,
      "org.example.kind": 1,
      predecessor: { room_id: "!older:x", event_id: "$x" },
    };
    const request = { creator: alice, preset: "public_chat", version: "9", invite: [], creationContent } as const;
    const children = { "!a:x": { via: ["x"], suggested: true }, "!gone:x": {} };
    const initialState = Object.entries(children).map(([state_key, content]) => ({ type: "m.space.child", state_key, content }));
    const old = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, { ...request, initialState });
    const next = await upgrade(old);
    const content = await contentOf(next, "m.room.create");
    expect(content).toMatchObject({ type: "m.space", "m.federate": false, "org.example.kind": 1, room_version: "11" });
    expect(content?.["predecessor"]).toMatchObject({ room_id: old.id });
    expect(content).not.toHaveProperty("creator");
    const found = await eventsOfType(fixture.rooms, next.view.state, "m.space.child");
    expect(found.map(({ fields, content: child }) => [fields.stateKey, child])).toEqual([["!a:x", children["!a:x"]]]);
  });

  it("keeps out who is banned, with the reasons, however many they are", async () => {
    const old = await oldRoom({ joined: [bob, carol] });
    await fixture.members.ban(old, { sender: alice, target: bob, reason: "spam" });
    await Promise.all(Array.from({ length: 120 }, (_, i) => fixture.members.ban(old, { sender: alice, target: `@bad${i}:example.org` })));
    const next = await upgrade(old);
    expect(await contentOf(next, "m.room.member", bob)).toEqual({ membership: "ban", reason: "spam" });
    expect([await membershipOf(next, "@bad119:example.org"), await membershipOf(next, carol)]).toEqual(["ban", undefined]);
    await expect(fixture.members.join(next, bob)).rejects.toMatchObject({ code: "FORBIDDEN" });
  });

  it("gets the aliases and the place in the directory, whoever made them", async () => {
    const aliases = new Aliases(fixture.rooms);
    const old = await oldRoom();
    await aliases.set("#cake:example.org", old.nid, await nidOf(bob));
    await fixture.core.log.append({ positions: [], operations: [operation(publishRoom, old.nid, await nidOf(bob))] });
    await fixture.engine.send(old, state("m.room.canonical_alias", { alias: "#cake:example.org" }));
    const next = await upgrade(old);
    expect([await aliases.roomId("#cake:example.org"), await aliases.ofRoom(old.nid)]).toEqual([next.id, []]);
    const published = await Promise.all([old, next].map(({ nid }) => fixture.core.store.get(isPublished, nid)));
    expect(published.map((row) => row !== undefined)).toEqual([false, true]);
    expect(await contentOf(next, "m.room.canonical_alias")).toEqual({ alias: "#cake:example.org" });
    expect(await contentOf(old, "m.room.canonical_alias")).toEqual({});
  });

  it("is left in peace by who has no power in the old one", async () => {
    const old = await oldRoom();
    await upgrade(old);
    expect(await contentOf(old, "m.room.power_levels")).toMatchObject({ events_default: 50, invite: 50, users: { [alice]: 100 } });
    await expect(fixture.engine.send(old, { type: "m.room.message", sender: bob, content: {} })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
  });

  it("is one, for who asks twice at the same time", async () => {
    const old = await oldRoom();
    const [first, second] = await Promise.all([upgrade(old), upgrade(old)]);
    expect(first.id).toBe(second.id);
  });
});

describe("creators", () => {
  it("of version 12 are named by the request alone, and listed with no level", async () => {
    const users = { [alice]: 100, [bob]: 100, [carol]: 50 };
    const old = await oldRoom({ initialState: [{ type: "m.room.power_levels", content: { users } }] });
    const next = await upgrade(old, { version: "12", additionalCreators: [bob, alice, bob] });
    const created = await contentOf(next, "m.room.create");
    expect(created).toMatchObject({ additional_creators: [bob], room_version: "12" });
    expect(created?.["predecessor"]).toEqual({ room_id: old.id });
    expect((await contentOf(next, "m.room.power_levels"))?.["users"]).toEqual({ [carol]: 50 });
    const third = await upgrade(next, { version: "12" });
    expect(await contentOf(third, "m.room.create")).not.toHaveProperty("additional_creators");
  });

  it("are ignored by a version without", async () => {
    const next = await upgrade(await oldRoom(), { additionalCreators: [bob] });
    expect(await contentOf(next, "m.room.create")).not.toHaveProperty("additional_creators");
  });

  it("of version 12 keep their power in a version without", async () => {
    const old = await oldRoom({ version: "12" });
    const next = await upgrade(old, { version: "9" });
    expect(await contentOf(next, "m.room.create")).toMatchObject({ creator: alice });
    expect((await contentOf(next, "m.room.power_levels"))?.["users"]).toEqual({ [alice]: 150 });
    await fixture.engine.send(next, state("m.room.tombstone", { body: "x", replacement_room: "!x:x" }));
  });
});

describe("who may replace a room", () => {
  it("is who may send the tombstone, though with little other power: the new room has the same levels", async () => {
    const content = { users: { [alice]: 100, [bob]: 50 }, events: { "m.room.tombstone": 50, "m.room.power_levels": 100 }, ban: 100 };
    const old = await oldRoom({ initialState: [{ type: "m.room.power_levels", content }] });
    await fixture.members.ban(old, { sender: alice, target: carol });
    const next = await upgrade(old, { sender: bob });
    expect(await contentOf(next, "m.room.power_levels")).toEqual(content);
    expect([await membershipOf(next, carol), await membershipOf(next, bob)]).toEqual(["ban", "join"]);
    // What Bob may not change in the old room stays.
    expect(await contentOf(old, "m.room.power_levels")).toEqual(content);
  });

  it("is nobody else, and nothing is made for them", async () => {
    const old = await oldRoom();
    const rooms = [...fixture.rooms.all()].length;
    await expect(upgrade(old, { sender: bob })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(upgrade(old, { version: "99" })).rejects.toMatchObject({ code: "UNSUPPORTED_ROOM_VERSION" });
    expect([[...fixture.rooms.all()].length, await contentOf(old, "m.room.tombstone")]).toEqual([rooms, undefined]);
  });
});

it("carries over all rooms of a space, beyond those that are shown", async () => {
  const count = limits.spaceChildren.value + 1;
  const request = { creator: alice, preset: "public_chat", version: "10", invite: [], initialState: [] } as const;
  const old = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, { ...request, creationContent: { type: "m.space" } });
  const child = (i: number) => ({ type: "m.space.child", stateKey: `!r${i}:x`, sender: alice, content: { via: ["x"] } });
  await Promise.all(Array.from({ length: count }, (_, i) => fixture.engine.send(old, child(i))));
  const next = await upgrade(old);
  expect(await eventsOfType(fixture.rooms, next.view.state, "m.space.child")).toHaveLength(count);
});
