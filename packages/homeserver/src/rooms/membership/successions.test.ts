import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf, state } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { LoadedRoom } from "../room.ts";
import { createRoom } from "../write/create-room.ts";
import { replacedBy } from "./successions.ts";

let fixture: ComposedRooms;
let old: LoadedRoom;
let next: LoadedRoom;
const followed: string[] = [];
beforeAll(async () => {
  fixture = await openRooms();
  fixture.successions.onSuccession(async ({ userNid, from, to }) => {
    const name = ({ id }: LoadedRoom): string => (id === old.id ? "old" : "next");
    followed.push(`${await fixture.core.users.text(userNid)} ${name(from)} ${name(to)}`);
  });
});
beforeEach(async () => {
  old = await roomOf(fixture, { version: "11", joined: [bob] });
  next = await successorOf(old);
  followed.length = 0;
});
afterAll(() => fixture[Symbol.asyncDispose]());

function successorOf({ id }: LoadedRoom): Promise<LoadedRoom> {
  const creationContent = { predecessor: { room_id: id, event_id: "$x" } };
  const request = { creator: alice, preset: "public_chat", version: "11", invite: [], initialState: [], creationContent } as const;
  return createRoom(fixture.rooms, fixture.engine, fixture.profileOf, request);
}
const bury = (replacement: unknown) =>
  fixture.engine.send(old, state("m.room.tombstone", { body: "x", replacement_room: replacement as string }));

describe("a room replaces another", () => {
  it("if both say so", async () => {
    expect(await replacedBy(fixture.rooms, next)).toBeUndefined();
    await bury("!other:x");
    expect(await replacedBy(fixture.rooms, next)).toBeUndefined();
    await bury(next.id);
    expect((await replacedBy(fixture.rooms, next))?.id).toBe(old.id);
    expect([await replacedBy(fixture.rooms, old), await replacedBy(fixture.rooms, await successorOf(next))]).toEqual([
      undefined,
      undefined,
    ]);
  });
});

describe("a member follows a room", () => {
  it("by joining the one that replaces it, once", async () => {
    await bury(next.id);
    await fixture.members.join(next, bob);
    const both = [`${alice} old next`, `${bob} old next`];
    // Each follows by itself, in any order.
    await expect.poll(() => followed.toSorted()).toEqual(both);
    await fixture.members.updateProfile(bob);
    await fixture.members.leave(next, bob);
    await fixture.members.join(next, bob);
    await fixture.members.join(next, carol);
    await fixture.successions.note(next, await fixture.core.users.intern(carol));
    expect(followed.toSorted()).toEqual(both);
  });

  it("also by being in the new one before the old one says that it is replaced, as many as the limit says", async () => {
    const many = Array.from({ length: limits.succeedingMembers.value + 1 }, (_, i) => `@m${i}:example.org`);
    for (const room of [old, next]) for (const user of many) await fixture.members.join(room, user);
    await fixture.members.join(next, carol);
    await bury(next.id);
    const first = [alice, ...many].slice(0, limits.succeedingMembers.value);
    await expect.poll(() => followed.toSorted()).toEqual(first.map((user) => `${user} old next`).toSorted());
  });

  it("not where only the new one says so", async () => {
    await fixture.members.join(next, bob);
    await fixture.successions.note(next, await fixture.core.users.intern(bob));
    expect(followed).toEqual([]);
  });
});
