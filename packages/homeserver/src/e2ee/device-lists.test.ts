import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { roomOf } from "../../tests/room-of.ts";
import { WatchedStore } from "../../tests/watched-store.ts";
import type { PositionVector } from "../log/position.ts";
import { operation } from "../store/statement.ts";
import { metaValue, upsertMeta } from "../store/statements/shards.ts";
import { DeviceLists } from "./device-lists.ts";

const watched = new WatchedStore();
let fixture: ComposedRooms;
let lists: DeviceLists;
let tests = 0;
/** Two who share a room, and one who is in none with them. */
let [ann, ben, zoe] = ["", "", ""];
let [annNid, benNid, zoeNid] = [0, 0, 0];
beforeAll(async () => {
  fixture = await openRooms({ shards: 2, wrapStore: watched.wrap });
});
beforeEach(async () => {
  tests++;
  [ann, ben, zoe] = [`@ann${tests}:example.org`, `@ben${tests}:example.org`, `@zoe${tests}:example.org`];
  await roomOf(fixture, { joined: [ann, ben] });
  await roomOf(fixture, { joined: [zoe] });
  [annNid, benNid, zoeNid] = [await nidOf(ann), await nidOf(ben), await nidOf(zoe)];
  lists = await DeviceLists.open(fixture.rooms);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);
const now = (): PositionVector => fixture.core.log.committed;
/** What a user learns of since a cut. */
const seenBy = async (userNid: number, since: PositionVector, upTo = now(), by = lists): Promise<number[]> =>
  [...(await by.changed(userNid, since, upTo))].toSorted((a, b) => a - b);

/** Which of some users something wakes. */
async function wokenBy(change: () => Promise<void>, ...userNids: readonly number[]): Promise<boolean[]> {
  const waiters = userNids.map((userNid) => fixture.core.wakeUps.register(userNid));
  await change();
  const woken = await Promise.all(waiters.map((waiter) => waiter.wait(0, AbortSignal.abort())));
  for (const waiter of waiters) waiter[Symbol.dispose]();
  return woken;
}

describe("a change of a user's devices", () => {
  it("is seen by the user and who shares a room, between the cuts around it", async () => {
    const before = now();
    await lists.note(annNid);
    const after = now();
    expect([await seenBy(annNid, before), await seenBy(benNid, before), await seenBy(zoeNid, before)]).toEqual([[annNid], [annNid], []]);
    expect([await seenBy(benNid, after), await seenBy(benNid, before, before)]).toEqual([[], []]);
    await lists.note(benNid);
    await lists.note(annNid);
    expect([await seenBy(benNid, after), await seenBy(benNid, before, after)]).toEqual([[annNid, benNid], []]);
  });

  it("wakes them, and nobody else", async () => {
    expect(await wokenBy(() => lists.note(annNid), annNid, benNid, zoeNid)).toEqual([true, true, false]);
  });

  it("is of no interest to who has left, or is only invited", async () => {
    const room = await roomOf(fixture, { joined: [ann, zoe] });
    await fixture.members.leave(room, zoe);
    const second = await roomOf(fixture, { joined: [ann] });
    await fixture.members.invite(second, { sender: "@alice:example.org", target: zoe });
    const before = now();
    expect(await wokenBy(() => lists.note(annNid), annNid, zoeNid)).toEqual([true, false]);
    expect(await seenBy(zoeNid, before)).toEqual([]);
    expect([...(await lists.sharing(annNid, [benNid, zoeNid]))]).toEqual([benNid]);
    // Nor do those rooms count that the user has left.
    expect(await wokenBy(() => lists.note(zoeNid), annNid, zoeNid)).toEqual([false, true]);
  });

  it("is stored together with what has changed, and published when both are", async () => {
    const key = `changed ${tests}`;
    let published: unknown = "nothing";
    await lists.note(annNid, [operation(upsertMeta, key, "yes")], {
      publish: () => {
        published = fixture.core.store.get(metaValue, key);
      },
    });
    expect(await published).toEqual({ value: "yes" });
  });

  it("of what only the user's own devices see is seen by them, and wakes them alone", async () => {
    const before = now();
    const key = `own ${tests}`;
    expect(await wokenBy(() => lists.noteOwn(annNid, [operation(upsertMeta, key, "yes")]), annNid, benNid)).toEqual([true, false]);
    expect(await fixture.core.store.get(metaValue, key)).toEqual({ value: "yes" });
    expect([await seenBy(annNid, before), await seenBy(benNid, before)]).toEqual([[annNid], []]);
    // It does not hide an earlier one that others see.
    await lists.note(annNid);
    await lists.noteOwn(annNid, []);
    expect(await seenBy(benNid, before)).toEqual([annNid]);
  });

  it("of a signature on another user's keys is seen by the one who has signed alone", async () => {
    const before = now();
    expect(await wokenBy(() => lists.noteSigned(benNid, annNid, []), annNid, benNid)).toEqual([true, false]);
    expect([await seenBy(annNid, before), await seenBy(benNid, before)]).toEqual([[benNid], []]);
    expect(await seenBy(zoeNid, before)).toEqual([]);
  });

  it("is known after a restart", async () => {
    const before = now();
    await lists.note(annNid);
    const again = await DeviceLists.open(fixture.rooms);
    expect(await seenBy(benNid, before, now(), again)).toEqual([annNid]);
    expect(await seenBy(benNid, now(), now(), again)).toEqual([]);
  });

  it("is not looked for in the store where none can be new", async () => {
    await lists.note(annNid);
    const { log } = fixture.core;
    const newest = Math.max(...now());
    while (Math.min(...now()) <= newest) for (const shard of [0, 1]) await log.append({ positions: [log.next(shard)], operations: [] });
    const read: string[] = [];
    watched.afterRead = (statement) => void read.push(statement);
    const seen = await lists.changed(benNid, now(), now());
    watched.afterRead = undefined;
    expect([seen, read]).toEqual([[], []]);
  });
});
