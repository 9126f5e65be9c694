import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, roomOf } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { spaceChildren } from "./space-children.ts";

let fixture: ComposedRooms;
beforeAll(async () => (fixture = await openRooms()));
afterAll(() => fixture[Symbol.asyncDispose]());

const via = ["example.org"];
const send = (room: LoadedRoom, roomId: string, content: Readonly<Record<string, unknown>>) =>
  fixture.engine.send(room, { type: "m.space.child", stateKey: roomId, sender: alice, content });
const idsOf = async (room: LoadedRoom): Promise<string[]> =>
  (await spaceChildren(fixture.rooms, room.view.state)).map(({ roomId }) => roomId);

/** A space whose rooms are named in an order. */
async function spaceOf(children: readonly (readonly [roomId: string, content: Readonly<Record<string, unknown>>])[]): Promise<LoadedRoom> {
  const room = await roomOf(fixture, { version: "11" });
  for (const [roomId, content] of children) await send(room, roomId, content);
  return room;
}

describe("the rooms of a space", () => {
  it("come by their order, then by the time of their events, then by their IDs", async () => {
    const room = await spaceOf([
      ["!late:x", { via }],
      ["!last:x", { via }],
      ["!second:x", { via, order: "b" }],
      ["!first:x", { via, order: " " }],
      ["!third:x", { via, order: "b" }],
      ["!upper:x", { via, order: "B" }],
    ]);
    expect(await idsOf(room)).toEqual(["!first:x", "!upper:x", "!second:x", "!third:x", "!late:x", "!last:x"]);
  });

  it.each([5, "", "\u007F", "é", "x".repeat(51), null])("take %j for no order", async (order) => {
    const room = await spaceOf([
      ["!none:x", { via }],
      ["!odd:x", { via, order }],
      ["!even:x", { via, order: "zzz" }],
    ]);
    expect(await idsOf(room)).toEqual(["!even:x", "!none:x", "!odd:x"]);
  });

  it("are those with servers to join through, by a room ID", async () => {
    const room = await spaceOf([
      ["!good:x", { via }],
      ["!gone:x", {}],
      ["!empty:x", { via: [] }],
      ["!text:x", { via: "example.org" }],
      ["!odd:x", { via: [5, "not a server!"] }],
      ["#alias:x", { via }],
      ["", { via }],
    ]);
    expect(await idsOf(room)).toEqual(["!good:x"]);
    await send(room, "!good:x", {});
    expect(await idsOf(room)).toEqual([]);
  });

  it("are told by their events, cut down", async () => {
    const room = await spaceOf([["!a:x", { via, suggested: true, more: 1 }]]);
    const [child] = await spaceChildren(fixture.rooms, room.view.state);
    const content = { via, suggested: true, more: 1 };
    expect(child).toMatchObject({ roomId: "!a:x", isSuggested: true });
    expect(child?.event).toEqual({
      type: "m.space.child",
      state_key: "!a:x",
      content,
      sender: alice,
      origin_server_ts: expect.any(Number) as number,
    });
  });

  it("are so many at most, the first ones", async () => {
    const room = await roomOf(fixture, { version: "11" });
    const count = limits.spaceChildren.value + 1;
    await Promise.all(Array.from({ length: count }, (_, i) => send(room, `!r${i}:x`, { via, order: String(i).padStart(5, "0") })));
    expect((await idsOf(room)).at(-1)).toBe(`!r${count - 2}:x`);
  });

  it("are of a bounded size together", async () => {
    const size = 50_000;
    const fitting = Math.floor(limits.spaceChildrenBytes.value / size);
    const room = await spaceOf(
      Array.from({ length: fitting + 1 }, (_, i) => [`!r${i}:x`, { via, order: `${i}`, text: "x".repeat(size) }] as const),
    );
    expect((await idsOf(room)).length).toBe(fitting);
  });
});
