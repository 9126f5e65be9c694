import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, roomOf } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { EphemeralSerial } from "./ephemeral-serial.ts";
import { Typing } from "./typing.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let typing: Typing;
let serial: EphemeralSerial;
let [aliceNid, bobNid] = [0, 0];

beforeAll(async () => {
  fixture = await openRooms();
  [aliceNid, bobNid] = [await fixture.core.users.intern(alice), await fixture.core.users.intern(bob)];
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
  serial = new EphemeralSerial(fixture.core.clock);
  typing = new Typing(fixture.rooms, serial);
});
afterEach(() => {
  typing[Symbol.dispose]();
  vi.useRealTimers();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const typers = (nid: number = room.nid): number[] => [...typing.usersOf(nid)];

describe("whoever is typing", () => {
  it("is so in that room until told otherwise", async () => {
    const other = await roomOf(fixture);
    typing.set(room, aliceNid, 30_000);
    typing.set(room, bobNid, 30_000);
    expect([typers(), typers(other.nid)]).toEqual([[aliceNid, bobNid], []]);
    typing.set(room, aliceNid, 0);
    expect(typers()).toEqual([bobNid]);
  });

  it("stops when the time is over, counted from when it was said last", () => {
    vi.useFakeTimers();
    typing.set(room, aliceNid, 10_000);
    vi.advanceTimersByTime(9_000);
    typing.set(room, aliceNid, 10_000);
    vi.advanceTimersByTime(9_999);
    expect(typers()).toEqual([aliceNid]);
    vi.advanceTimersByTime(1);
    expect(typers()).toEqual([]);
  });

  it("types for two minutes at most", () => {
    vi.useFakeTimers();
    typing.set(room, aliceNid, Number.MAX_SAFE_INTEGER);
    vi.advanceTimersByTime(119_999);
    expect(typers()).toEqual([aliceNid]);
    vi.advanceTimersByTime(1);
    expect(typers()).toEqual([]);
  });

  it("stops with leaving the room, and is not stopped by a new name or by what others do", async () => {
    typing.set(room, aliceNid, 30_000);
    typing.set(room, bobNid, 30_000);
    await fixture.members.join(room, carol);
    await fixture.members.setMembership(room, { sender: bob, target: bob }, { membership: "join", displayname: "Bob" });
    expect(typers()).toEqual([aliceNid, bobNid]);
    await fixture.members.leave(room, bob);
    expect(typers()).toEqual([aliceNid]);
  });
});

describe("the number of a change", () => {
  it("is greater than that of each before, in whatever room, and the same where nothing changes", async () => {
    const other = await roomOf(fixture);
    expect([serial.newest, typing.serialOf(room.nid)]).toEqual([0, 0]);
    typing.set(room, bobNid, 0);
    expect([serial.newest, typing.serialOf(room.nid)]).toEqual([0, 0]);
    typing.set(room, bobNid, 30_000);
    const first = typing.serialOf(room.nid);
    typing.set(room, bobNid, 30_000);
    expect([serial.newest, typing.serialOf(room.nid), first > 0]).toEqual([first, first, true]);
    typing.set(other, aliceNid, 30_000);
    expect([serial.newest, typing.serialOf(other.nid), typing.serialOf(room.nid)]).toEqual([first + 1, first + 1, first]);
    typing.set(room, bobNid, 0);
    expect(typing.serialOf(room.nid)).toBe(first + 2);
  });

  it("goes on after a restart, so that no earlier token hides it", () => {
    vi.useFakeTimers();
    for (let i = 0; i < 5; i++) typing.set(room, aliceNid, i % 2 === 0 ? 30_000 : 0);
    vi.advanceTimersByTime(1_000);
    const serialAfter = new EphemeralSerial(fixture.core.clock);
    using restarted = new Typing(fixture.rooms, serialAfter);
    restarted.set(room, aliceNid, 30_000);
    expect(serialAfter.newest).toBeGreaterThan(serial.newest);
  });
});

it("wakes the members of the room, and nobody else", async () => {
  using waiter = fixture.core.wakeUps.register(bobNid);
  using other = fixture.core.wakeUps.register(await fixture.core.users.intern("@dave:example.org"));
  typing.set(room, aliceNid, 30_000);
  expect([await waiter.wait(0, AbortSignal.abort()), await other.wait(0, AbortSignal.abort())]).toEqual([true, false]);
});

it("leaves no timer behind when it is closed", () => {
  vi.useFakeTimers();
  typing.set(room, aliceNid, 30_000);
  typing[Symbol.dispose]();
  expect([vi.getTimerCount(), typers()]).toEqual([0, []]);
});
