import { describe, expect, it } from "vitest";
import { emptyRoomData, type KnownUnread, nothingUnread, type RoomData, type UnreadEvent } from "./room-data.ts";
import { addUnread, readUpTo, recount, unreadAs, unreadOf } from "./unread.ts";

const { message, notification, mention } = unreadAs;
const all = message + notification + mention;
const of = (...events: UnreadEvent[]): KnownUnread => events.reduce(addUnread, { ...nothingUnread, isWhole: true });
const encryption = { type: "m.room.encryption", state_key: "", sender: "@a:b", content: {} } as const;
const room = (unread: KnownUnread, more: Partial<RoomData> = {}): RoomData => ({
  ...emptyRoomData("!r:b"),
  state: new Map([["m.room.encryption", new Map([["", encryption]])]]),
  unread,
  ...more,
});
const counts = (unread: KnownUnread, more: Partial<RoomData> = {}): readonly number[] => {
  const { messages, notifications, mentions } = unreadOf(room(unread, more));
  return [messages, notifications, mentions];
};

describe("what is unread", () => {
  const unread = of(["$1", message], ["$2", all], ["$3", 0], ["$4", message + notification, "$root"], ["$5", message]);

  it("is what came since the user has read last, of all threads or of one", () => {
    const read = (id: `$${string}`, scope?: "main" | `$${string}`): readonly number[] =>
      counts(readUpTo(unread, id, { scope, isLast: false }));
    expect(counts(unread)).toEqual([4, 2, 1]);
    expect([read("$3"), read("$5"), read("$0")]).toEqual([
      [2, 1, 0],
      [0, 0, 0],
      [4, 2, 1],
    ]);
    expect([read("$5", "main"), read("$4", "$root"), read("$5", "$other")]).toEqual([
      [1, 1, 0],
      [3, 1, 1],
      [4, 2, 1],
    ]);
    // An event that is not known may be the last one all the same.
    expect(counts(readUpTo(unread, "$9", { scope: undefined, isLast: true }))).toEqual([0, 0, 0]);
  });

  it("changes with what an event turns out to be", () => {
    expect(counts(recount(unread, "$1", all))).toEqual([4, 3, 2]);
    expect(counts(recount(unread, "$4", 0))).toEqual([3, 1, 1]);
    expect(recount(unread, "$4", 0).events[3]).toEqual(["$4", 0, "$root"]);
    expect([recount(unread, "$9", all), recount(unread, "$1", message)]).toEqual([unread, unread]);
  });

  it("is counted on where there is more than is kept one by one", () => {
    const many = of(...Array.from({ length: 250 }, (_, n): UnreadEvent => [`$${n}`, message + notification]));
    expect([many.events.length, counts(many)]).toEqual([200, [250, 250, 0]]);
    expect(counts(readUpTo(many, "$239", { scope: undefined, isLast: false }))).toEqual([10, 10, 0]);
    // Of what is not known any more one cannot tell whether it is read.
    expect(counts(readUpTo(many, "$10", { scope: undefined, isLast: false }))).toEqual([250, 250, 0]);
    expect(counts(readUpTo(many, "$249", { scope: "$thread", isLast: false }))).toEqual([250, 250, 0]);
  });

  it("is as the server says in rooms that it can read, and where the client has not seen everything", () => {
    const server = { notificationCount: 9, highlightCount: 3 };
    expect(counts(unread, { ...server, state: new Map() })).toEqual([4, 9, 3]);
    expect(counts(unread, server)).toEqual([4, 2, 1]);
    expect(counts({ ...unread, isWhole: false }, server)).toEqual([4, 9, 3]);
    expect(counts({ ...unread, isWhole: false }, { notificationCount: 1 })).toEqual([4, 2, 1]);
  });

  it("is anything if it notifies, or if the user has marked the room", () => {
    const isUnread = (data: RoomData): boolean => unreadOf(data).isUnread;
    expect([isUnread(room(of(["$1", message]))), isUnread(room(of(["$1", message + notification])))]).toEqual([false, true]);
    expect(isUnread(room(nothingUnread, { accountData: { "m.marked_unread": { unread: true } } }))).toBe(true);
  });
});
