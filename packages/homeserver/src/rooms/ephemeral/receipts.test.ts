import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { LoadedRoom } from "../room.ts";
import { Receipts } from "./receipts.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let receipts: Receipts;
let [aliceNid, bobNid, eventId] = [0, 0, ""];

beforeAll(async () => {
  fixture = await openRooms();
  [aliceNid, bobNid] = [await fixture.core.users.intern(alice), await fixture.core.users.intern(bob)];
});
beforeEach(async () => {
  ({ receipts } = fixture);
  room = await roomOf(fixture, { joined: [bob] });
  ({ eventId } = await fixture.engine.send(room, message("read me")));
});
afterAll(() => fixture[Symbol.asyncDispose]());

const read = (userNid: number, type = "m.read", thread = "") => receipts.set(room, { userNid, type, thread, eventId, place: null });
const seenBy = (userNid: number, after = 0, upTo: number = Number.MAX_SAFE_INTEGER) => receipts.between(room.nid, userNid, after, upTo);

describe("a receipt", () => {
  it("replaces the one of the same user, type and thread, and no other", async () => {
    await read(bobNid);
    await read(bobNid, "m.read", "main");
    await read(bobNid, "m.read.private");
    const { eventId: newer } = await fixture.engine.send(room, message("and me"));
    await receipts.set(room, { userNid: bobNid, type: "m.read", thread: "", eventId: newer, place: null });
    const rows = await seenBy(bobNid);
    expect(rows.map(({ type, thread, event_id }) => [type, thread, event_id])).toEqual([
      ["m.read", "main", eventId],
      ["m.read.private", "", eventId],
      ["m.read", "", newer],
    ]);
  });

  it("is seen by everyone in the room, and by its user only if it is private", async () => {
    await read(bobNid);
    await read(bobNid, "m.read.private");
    expect((await seenBy(aliceNid)).map(({ type }) => type)).toEqual(["m.read"]);
    expect((await seenBy(bobNid)).map(({ type }) => type)).toEqual(["m.read", "m.read.private"]);
  });

  it("is news after the position before it, up to its own", async () => {
    await read(aliceNid);
    const before = receipts.newestPos(room.nid);
    await read(bobNid);
    const pos = receipts.newestPos(room.nid);
    expect((await seenBy(aliceNid, before)).map((row) => [row.user_nid, row.pos])).toEqual([[bobNid, pos]]);
    expect((await seenBy(aliceNid, 0, before)).map((row) => row.user_nid)).toEqual([aliceNid]);
    expect(await seenBy(aliceNid, pos)).toEqual([]);
  });

  it("wakes the members of the room, a private one its user only", async () => {
    using waiter = fixture.core.wakeUps.register(aliceNid);
    using own = fixture.core.wakeUps.register(bobNid);
    const woken = () => Promise.all([waiter, own].map((one) => one.wait(0, AbortSignal.abort())));
    await read(bobNid, "m.read.private");
    expect(await woken()).toEqual([false, true]);
    await read(bobNid);
    expect(await woken()).toEqual([true, true]);
  });
});

describe("the receipts of a user for threads", () => {
  it("are the newest 100 of each type, beside those of the main timeline and of the room", async () => {
    const most = limits.receiptThreads.value;
    for (const thread of ["", "main"]) await read(bobNid, "m.read", thread);
    await read(bobNid, "m.read.private", "$private");
    await Promise.all(Array.from({ length: most + 3 }, (_, i) => read(bobNid, "m.read", `$${i}`)));
    await read(aliceNid, "m.read", "$alice");
    const threads = (await seenBy(bobNid)).map(({ thread }) => thread);
    expect(threads).toEqual(["", "main", "$private", ...Array.from({ length: most }, (_, i) => `$${i + 3}`), "$alice"]);
  });
});

describe("the newest position of a room", () => {
  it("is that of its newest receipt, also after a restart, and 0 without one", async () => {
    const other = await roomOf(fixture);
    expect(receipts.newestPos(room.nid)).toBe(0);
    await read(aliceNid);
    await read(bobNid);
    const newest = Math.max(...(await seenBy(aliceNid)).map(({ pos }) => pos));
    const reopened = await Receipts.open(fixture.rooms);
    for (const known of [receipts, reopened]) expect([known.newestPos(room.nid), known.newestPos(other.nid)]).toEqual([newest, 0]);
  });
});
