import { setImmediate as nextRound } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, roomOf } from "../../../tests/room-of.ts";
import { WatchedStore } from "../../../tests/watched-store.ts";
import { keyList } from "../../store/statement.ts";
import { sizeOfEvents } from "../../store/statements/events.ts";
import { limits } from "../../limits.ts";
import type { LoadedRoom } from "../room.ts";

const watched = new WatchedStore();
let fixture: ComposedRooms;
beforeAll(async () => void (fixture = await openRooms({ wrapStore: watched.wrap })));
afterAll(() => fixture[Symbol.asyncDispose]());

const isFull = (limit: string): unknown => expect.objectContaining({ code: "LIMIT_EXCEEDED", limit });
const set = (room: LoadedRoom, stateKey: string, text = "") =>
  fixture.engine.send(room, { type: "org.example", stateKey, sender: alice, content: { text } });

/** Sends so many state events that they are stored in few commits. */
async function fill(room: LoadedRoom, from: number, to: number, text = ""): Promise<void> {
  for (let i = from; i < to; i += 200)
    await Promise.all(Array.from({ length: Math.min(200, to - i) }, (_, j) => set(room, `${i + j}`, text)));
}

it("stateBytes bounds the bytes of a room's state, of which what is replaced is free again", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  const large = "x".repeat(64_000);
  const fitting = Math.floor(limits.stateBytes.value / 64_500);
  await fill(room, 0, fitting, large);
  const { size } = room.view.state;
  await expect(set(room, "more", large)).rejects.toEqual(isFull("stateBytes"));
  await expect(set(room, "more", large)).rejects.toEqual(isFull("stateBytes"));
  expect(room.view.state.size).toBe(size);
  await set(room, "0", `${large}y`);
  await set(room, "1", "small");
  await set(room, "more", large);
  await expect(set(room, "1", large)).rejects.toEqual(isFull("stateBytes"));
  await fixture.engine.send(room, { type: "m.room.message", sender: bob, content: { body: large } });
});

it("stateBytes counts what waits to be stored as what is", async () => {
  const room = await roomOf(fixture);
  const large = "x".repeat(64_000);
  await fill(room, 0, Math.floor(limits.stateBytes.value / 64_500) - 2, large);
  const { size } = room.head.state;
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  watched.beforeCommit = () => gate;
  const sent = [];
  for (const [count, key] of ["first", "second"].entries()) {
    sent.push(set(room, key, large));
    while (room.head.state.size === size + count) await nextRound();
  }
  watched.beforeCommit = undefined;
  open();
  await Promise.all(sent);
  await expect(set(room, "third", large)).rejects.toEqual(isFull("stateBytes"));
});

it("stateBytes is not passed by those who come at once, nor by the entries that they replace", async () => {
  const room = await roomOf(fixture);
  const large = "x".repeat(64_000);
  const fitting = Math.floor(limits.stateBytes.value / 64_500);
  await fill(room, 0, fitting - 1, large);
  for (const key of ["a", "b"]) await set(room, key, "x".repeat(1_000));
  const outcomes = await Promise.allSettled([
    ...Array.from({ length: 10 }, (_, i) => set(room, `new${i}`, large)),
    ...Array.from({ length: 10 }, (_, i) => set(room, i % 2 === 0 ? "a" : "b", `${large}${i}`)),
  ]);
  const refused = outcomes.filter(({ status }) => status === "rejected");
  expect(refused).toEqual(refused.map(() => ({ status: "rejected", reason: isFull("stateBytes") })));
  const events = [...room.view.state.entries()].map(([, nid]) => nid);
  const memberType = await fixture.core.eventTypes.intern("m.room.member");
  const over = ((await fixture.core.store.get(sizeOfEvents, keyList(events), memberType))?.bytes ?? 0) - limits.stateBytes.value;
  // What an event has around its content is not known before it is built.
  expect([over < 1_000, over > -large.length]).toEqual([true, true]);
});

it("stateBytes counts no longer what could not be stored", async () => {
  const room = await roomOf(fixture);
  const large = "x".repeat(64_000);
  await fill(room, 0, Math.floor(limits.stateBytes.value / 64_500) - 1, large);
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const { size } = room.head.state;
  watched.beforeCommit = async () => {
    await gate;
    throw new Error("the disk is full");
  };
  const lost = set(room, "lost", large);
  while (room.head.state.size === size) await nextRound();
  await expect(set(room, "more", large)).rejects.toEqual(isFull("stateBytes"));
  open();
  await expect(lost).rejects.toThrow("the disk is full");
  watched.beforeCommit = undefined;
  await set(room, "more", large);
});

it("stateEntries bounds the entries of a room's state; memberships do not count, and what is there can be changed", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  await set(room, "0");
  const missing = limits.stateEntries.value - (room.view.state.size - room.view.members.size);
  // In the place of events that would take minutes to send.
  const entries = Array.from({ length: missing }, (_, i) => [1_000_000 + i, 1] as const);
  room.head = { ...room.head, state: room.head.state.with(entries) };
  const { size } = room.head.state;
  await expect(set(room, "more")).rejects.toEqual(isFull("stateEntries"));
  expect(room.head.state.size).toBe(size);
  await set(room, "0", "changed");
  await fixture.members.leave(room, bob);
});

it("membershipBytes bounds what a membership says", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  const say = (length: number) =>
    fixture.members.setMembership(room, { sender: bob, target: bob }, { membership: "join", text: "x".repeat(length) });
  await say(limits.membershipBytes.value - 32);
  const { stateNid } = room.view;
  await expect(say(limits.membershipBytes.value)).rejects.toEqual(isFull("membershipBytes"));
  expect(room.view.stateNid).toBe(stateNid);
});
