import type { RoomId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { emptyRoomData, type RoomData, type RoomMembership, type StateEntry } from "./room-data.ts";
import { isReplaced, predecessorOf, successorOf } from "./room-upgrades.ts";

/** What a room says of itself. */
interface Links {
  readonly replacedBy?: unknown;
  readonly replaces?: unknown;
  readonly membership?: RoomMembership;
}

function room(id: RoomId, { replacedBy, replaces, membership = "join" }: Links): RoomData {
  const state = (type: string, content: StateEntry["content"]) =>
    [type, new Map([["", { type, state_key: "", sender: "@a:x", content } as const]])] as const;
  return {
    ...emptyRoomData(id),
    membership,
    state: new Map([
      state("m.room.create", { predecessor: { room_id: replaces } }),
      state("m.room.tombstone", { replacement_room: replacedBy }),
    ]),
  };
}

/** Which of some rooms are replaced. */
function replacedOf(links: Readonly<Record<RoomId, Links>>): string[] {
  const rooms = new Map(Object.entries(links).map(([id, each]) => [id as RoomId, room(id as RoomId, each)]));
  return [...rooms.values()].filter((each) => isReplaced(each, rooms)).map(({ id }) => id);
}

describe("a room", () => {
  it("names its successor and its predecessor where they are room IDs", () => {
    const both = room("!b:x", { replacedBy: "!c:x", replaces: "!a:x" });
    expect([successorOf(both), predecessorOf(both)]).toEqual(["!c:x", "!a:x"]);
    for (const odd of ["#c:x", "", 5, null, undefined]) {
      const other = room("!b:x", { replacedBy: odd, replaces: odd });
      expect([successorOf(other), predecessorOf(other)]).toEqual([undefined, undefined]);
    }
    expect([successorOf(emptyRoomData("!e:x")), predecessorOf(emptyRoomData("!e:x"))]).toEqual([undefined, undefined]);
  });

  it("is replaced by a room that the user has joined and that says so too, however often that is replaced", () => {
    expect(replacedOf({ "!a:x": { replacedBy: "!b:x" }, "!b:x": { replaces: "!a:x" } })).toEqual(["!a:x"]);
    expect(
      replacedOf({ "!a:x": { replacedBy: "!b:x" }, "!b:x": { replaces: "!a:x", replacedBy: "!c:x" }, "!c:x": { replaces: "!b:x" } }),
    ).toEqual(["!a:x", "!b:x"]);
  });

  it("is not replaced by one that only one side speaks of, that is not known or that the user is not in", () => {
    expect(replacedOf({ "!a:x": { replacedBy: "!b:x" }, "!b:x": {} })).toEqual([]);
    expect(replacedOf({ "!a:x": {}, "!b:x": { replaces: "!a:x" } })).toEqual([]);
    expect(replacedOf({ "!a:x": { replacedBy: "!b:x" } })).toEqual([]);
    for (const membership of ["invite", "knock", "leave", "ban"] as const) {
      expect(replacedOf({ "!a:x": { replacedBy: "!b:x" }, "!b:x": { replaces: "!a:x", membership } })).toEqual([]);
      expect(replacedOf({ "!a:x": { replacedBy: "!b:x", membership }, "!b:x": { replaces: "!a:x" } })).toEqual([]);
    }
  });

  it("is not lost in circles", () => {
    expect(replacedOf({ "!a:x": { replacedBy: "!a:x", replaces: "!a:x" } })).toEqual([]);
    expect(replacedOf({ "!a:x": { replacedBy: "!b:x", replaces: "!b:x" }, "!b:x": { replacedBy: "!a:x", replaces: "!a:x" } })).toEqual([]);
  });
});
