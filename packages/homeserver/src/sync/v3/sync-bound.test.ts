import { describe, expect, it } from "vitest";
import { limits } from "../../limits.ts";
import { defaultSyncBound, RoomSections } from "./sync-bound.ts";

const roomy = { bytes: 1_000, rooms: 10, users: 10 };
const parsed = (sections: RoomSections): unknown => {
  const json = sections.toJson();
  return json === undefined ? undefined : JSON.parse(`{${json}}`);
};

describe("the rooms of an answer", () => {
  it("are told by section, in the order in which they were added, and not at all where there are none", () => {
    const sections = new RoomSections(roomy);
    expect([parsed(sections), sections.isFull]).toEqual([undefined, false]);
    sections.add("leave", '!a "quoted":x', '{"n":1}');
    sections.add("join", "!b:x", '{"n":2}');
    sections.add("join", "!c:x", '{"n":3}');
    expect(parsed(sections)).toEqual({ rooms: { join: { "!b:x": { n: 2 }, "!c:x": { n: 3 } }, leave: { '!a "quoted":x': { n: 1 } } } });
    for (const section of ["invite", "knock"] as const) sections.add(section, "!d:x", "{}");
    expect(parsed(sections)).toMatchObject({ rooms: { invite: { "!d:x": {} }, knock: { "!d:x": {} } } });
  });

  it("are so many at most, whatever their sections", () => {
    const sections = new RoomSections({ ...roomy, rooms: 2 });
    sections.add("join", "!a:x", "{}");
    expect(sections.isFull).toBe(false);
    sections.add("invite", "!b:x", "{}");
    expect(sections.isFull).toBe(true);
  });

  it("have so many bytes, IDs included, and one room more", () => {
    const bytes = Buffer.byteLength('"!a:x":{"é":1}');
    const [full, roomLeft] = [new RoomSections({ ...roomy, bytes }), new RoomSections({ ...roomy, bytes: bytes + 1 })];
    for (const sections of [full, roomLeft]) sections.add("join", "!a:x", '{"é":1}');
    expect([full.isFull, roomLeft.isFull]).toEqual([true, false]);
    roomLeft.add("join", "!b:x", '{"n":1}');
    expect([roomLeft.isFull, parsed(roomLeft)]).toEqual([true, { rooms: { join: { "!a:x": { é: 1 }, "!b:x": { n: 1 } } } }]);
  });

  it("are bound by the limits of the server", () => {
    const { syncBytes, syncRooms, syncChangedUsers } = limits;
    expect(defaultSyncBound).toEqual({ bytes: syncBytes.value, rooms: syncRooms.value, users: syncChangedUsers.value });
  });
});
