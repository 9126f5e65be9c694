import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { operation } from "../store/statement.ts";
import { insertAlias } from "../store/statements/rooms.ts";
import { Aliases, requireDirectoryPower } from "./aliases.ts";

let fixture: ComposedRooms;
let aliases: Aliases;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  aliases = new Aliases(fixture.rooms);
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

let names = 0;
const newAlias = (): string => `#alias${++names}:example.org`;
const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
const set = async (alias: string, by = alice, to = room): Promise<void> => aliases.set(alias, to.nid, await nidOf(by));
const remove = async (alias: string, by: string): Promise<number> =>
  (await aliases.remove(alias, { userNid: await nidOf(by), userId: by })).nid;
const failsWith = (code: string): unknown => expect.objectContaining({ name: "DirectoryError", code });

describe("an alias", () => {
  it("leads to one room, which has it among its own, until it is removed", async () => {
    const other = await roomOf(fixture);
    const [first, second] = [newAlias(), newAlias()];
    await set(first);
    await set(second);
    await expect(set(first, alice, other)).rejects.toEqual(failsWith("ALIAS_TAKEN"));
    expect([await aliases.roomId(first), await aliases.roomId(newAlias())]).toEqual([room.id, undefined]);
    expect([(await aliases.ofRoom(room.nid)).toSorted(), await aliases.ofRoom(other.nid)]).toEqual([[first, second].toSorted(), []]);
    expect(await remove(first, alice)).toBe(room.nid);
    expect([await aliases.roomId(first), await aliases.ofRoom(room.nid)]).toEqual([undefined, [second]]);
    await set(first, alice, other);
    expect(await aliases.roomId(first)).toBe(other.id);
  });

  it("is one of this server", async () => {
    for (const alias of ["#a:elsewhere.example", "#a:b:example.org", "#a:example.org:8448", "#a"])
      await expect(set(alias)).rejects.toEqual(failsWith("FOREIGN_ALIAS"));
  });

  it("is given to one of those who want it at the same time", async () => {
    const alias = newAlias();
    const outcomes = await Promise.allSettled([set(alias), set(alias, bob), set(alias)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected"]);
    await expect(set(alias)).rejects.toEqual(failsWith("ALIAS_TAKEN"));
  });

  it("is given and removed in the order in which that is asked for, at once too, and removed once", async () => {
    const alias = newAlias();
    const outcomes = await Promise.allSettled([set(alias), remove(alias, alice), remove(alias, alice), set(alias)]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[2]).toMatchObject({ reason: failsWith("ALIAS_NOT_FOUND") });
    await remove(alias, alice);
    await expect(remove(alias, alice)).rejects.toEqual(failsWith("ALIAS_NOT_FOUND"));
  });

  it("is removed by who made it, and by who may set the canonical alias of its room, and by nobody else", async () => {
    const [ofBob, ofAlice] = [newAlias(), newAlias()];
    await set(ofBob, bob);
    await set(ofAlice);
    await expect(remove(ofAlice, bob)).rejects.toEqual(failsWith("FORBIDDEN"));
    await expect(remove(ofAlice, carol)).rejects.toEqual(failsWith("FORBIDDEN"));
    expect(await aliases.roomId(ofAlice)).toBe(room.id);
    await fixture.members.leave(room, bob);
    await remove(ofBob, bob);
    const again = newAlias();
    await set(again, bob);
    await remove(again, alice);
  });

  it("is one of so many of its room", async () => {
    const stored = Array.from({ length: limits.aliasesOfRoom.value - 1 }, () => operation(insertAlias, newAlias(), room.nid, 1));
    await fixture.core.store.commit(stored);
    await set(newAlias());
    await expect(set(newAlias())).rejects.toMatchObject({ name: "LimitError", limit: "aliasesOfRoom" });
    await set(newAlias(), alice, await roomOf(fixture));
  });
});

describe("who may say under which names a room is found", () => {
  const isAllowed = async (userId: string): Promise<boolean> =>
    requireDirectoryPower(fixture.rooms, room, userId).then(
      () => true,
      (error: unknown) => {
        expect(error).toEqual(failsWith("FORBIDDEN"));
        return false;
      },
    );

  it("is who is joined and has the power level of m.room.canonical_alias", async () => {
    expect([await isAllowed(alice), await isAllowed(bob), await isAllowed(carol), await isAllowed("@nobody:example.org")]).toEqual([
      true,
      false,
      false,
      false,
    ]);
    const levels = { users: { [bob]: 10, [carol]: 10 }, events: { "m.room.canonical_alias": 10 } };
    await fixture.engine.send(room, { type: "m.room.power_levels", stateKey: "", sender: alice, content: levels });
    expect([await isAllowed(bob), await isAllowed(carol)]).toEqual([true, false]);
    await fixture.members.leave(room, bob);
    expect(await isAllowed(bob)).toBe(false);
  });

  it("is told by the level for state where the alias has none of its own", async () => {
    const content = { users: { [bob]: 20 }, events: {}, state_default: 20, events_default: 0 };
    await fixture.engine.send(room, { type: "m.room.power_levels", stateKey: "", sender: alice, content });
    expect(await isAllowed(bob)).toBe(true);
    const more = { ...content, state_default: 21 };
    await fixture.engine.send(room, { type: "m.room.power_levels", stateKey: "", sender: alice, content: more });
    expect(await isAllowed(bob)).toBe(false);
  });
});
