import type { RoomId } from "@patrix/identifiers";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BaseState, emptyRoomData, type RoomData, type StateEntry } from "../base/room-data.ts";
import { applyDiffs } from "../live/list-diff.ts";
import type { Room } from "../rooms/room.ts";
import type { RoomListOptions } from "../rooms/rooms.ts";
import { RoomList } from "./room-list.ts";

const userId = "@me:example.org";
const idOf = (n: number): RoomId => `!${n}:example.org`;

function entry(type: string, content: StateEntry["content"], state_key = ""): [string, Map<string, StateEntry>] {
  return [type, new Map([[state_key, { type, state_key, sender: userId, content }]])];
}

interface Facts {
  readonly name: string;
  readonly lastTs: number;
  readonly isJoined: boolean;
  readonly unread: number;
  readonly isFavourite: boolean;
}

function roomOf(n: number, { name, lastTs, isJoined, unread, isFavourite }: Facts): RoomData {
  return {
    ...emptyRoomData(idOf(n)),
    membership: isJoined ? "join" : "leave",
    lastTs,
    notificationCount: unread,
    accountData: { "m.tag": { tags: isFavourite ? { "m.favourite": {} } : {} } },
    state: new Map([entry("m.room.name", { name })]),
  };
}

/** Rooms that a test changes, and lists of them. */
function createWorld(rooms: readonly RoomData[]) {
  let base: BaseState = { rooms: new Map(rooms.map((room) => [room.id, room])), accountData: new Map() };
  const handles = new Map<RoomId, Room>();
  const handle = (id: RoomId): Room => {
    const known = handles.get(id) ?? ({ id } as Room);
    handles.set(id, known);
    return known;
  };
  return {
    handles,
    list: (options: RoomListOptions = {}) => new RoomList({ base: () => base, userId: () => userId, handle }, options),
    set: (changed: readonly RoomData[]) =>
      void (base = { ...base, rooms: new Map([...base.rooms, ...changed.map((room) => [room.id, room] as const)]) }),
  };
}

const facts = fc.record({
  name: fc.string({ unit: fc.constantFrom("a", "B", "c"), maxLength: 2 }),
  lastTs: fc.nat(5),
  isJoined: fc.boolean(),
  unread: fc.nat(1),
  isFavourite: fc.boolean(),
});
const anyOptions: fc.Arbitrary<RoomListOptions> = fc.record(
  {
    sort: fc.constantFrom("recency", "name", "unread"),
    window: fc.integer({ min: 1, max: 12 }),
    filter: fc.record({ unread: fc.boolean(), favourite: fc.boolean(), name: fc.constantFrom("a", "b") }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

describe("a list of rooms whose rooms change", () => {
  it("is what listing them anew would give, and its diffs replay to it", async () => {
    const changes = fc.array(fc.array(fc.tuple(fc.nat(14), facts), { minLength: 1, maxLength: 4 }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { maxLength: 15 }), changes, anyOptions, async (first, rounds, options) => {
        const world = createWorld(first.map((each, n) => roomOf(n, each)));
        const list = world.list(options);
        const diffs = list.diffs()[Symbol.asyncIterator]();
        let replayed = applyDiffs<Room>([], (await diffs.next()).value ?? []);
        for (const round of rounds) {
          const rooms = round.map(([n, each]) => roomOf(n, each));
          world.set(rooms);
          const before = list.value;
          list.refresh(rooms.map(({ id }) => id));
          if (list.value !== before) replayed = applyDiffs(replayed, (await diffs.next()).value ?? []);
          const fresh = world.list(options);
          expect([list.value, list.total]).toEqual([fresh.value, fresh.total]);
          expect(replayed).toEqual(list.value);
        }
      }),
    );
  });

  it("of ten thousand costs next to nothing when one has changed, and nothing when none has", () => {
    const all = Array.from({ length: 10_000 }, (_, n) =>
      roomOf(n, { name: `${n}`, lastTs: n, isJoined: true, unread: 0, isFavourite: false }),
    );
    const world = createWorld(all);
    let compared = 0;
    const list = world.list({ sort: (a, b) => ((compared += 1), a.id < b.id ? -1 : Number(a.id > b.id)) });
    const shown = world.list({ window: 50 });
    let told = 0;
    list.subscribe(() => (told += 1));
    shown.subscribe(() => (told += 1));
    compared = 0;
    list.refresh([]);
    shown.refresh([]);
    expect([compared, told]).toEqual([0, 0]);
    world.set([roomOf(77, { name: "77", lastTs: 78, isJoined: true, unread: 1, isFavourite: false })]);
    list.refresh([idOf(77)]);
    // Outside of the window there is nothing to see.
    shown.refresh([idOf(77)]);
    expect([compared > 0, compared < 20, told]).toEqual([true, true, 1]);
    world.set([roomOf(77, { name: "77", lastTs: 99_999, isJoined: true, unread: 2, isFavourite: false })]);
    shown.refresh([idOf(77)]);
    expect([told, shown.value[0]?.id, shown.value.length, shown.total]).toEqual([2, idOf(77), 50, 10_000]);
  });

  it("makes handles only of the rooms in its window", () => {
    const world = createWorld(
      Array.from({ length: 100 }, (_, n) => roomOf(n, { name: `${n}`, lastTs: n, isJoined: true, unread: 0, isFavourite: false })),
    );
    world.list({ window: 10, sort: "name" });
    expect(world.handles.size).toBe(10);
  });
});
