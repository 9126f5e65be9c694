import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { formatTimelineToken, placeAfter } from "../../rooms/timeline/place.ts";
import type { StoredEvent } from "../../rooms/timeline/stored-event.ts";
import type { RoomUpdate } from "../cuts/room-updates.ts";
import type { AccountDataItem } from "../cuts/sync-sources.ts";
import { writeAccountData } from "../cuts/write-parts.ts";
import { isEmptyUpdate, type RoomWriting, writeJoinedRoom, writeLeftRoom } from "./write-room.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
let [topic, said]: StoredEvent[] = [];
beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
  topic = await fixture.engine.send(room, state("m.room.topic", { topic: "x" }));
  said = await fixture.engine.send(room, message("hello"), { deviceNid: 64, txn: "t" });
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** An update in which nothing is new, but for what is given. */
function updateOf(more: Partial<RoomUpdate> = {}): RoomUpdate {
  return {
    isNew: false,
    timeline: { events: [], limited: false, prevPlace: placeAfter(100) },
    state: [],
    changedMembers: [],
    summary: undefined,
    ephemeral: { receipts: [], typing: undefined },
    sticky: [],
    outlook: undefined,
    ...more,
  } as RoomUpdate;
}
const writing: RoomWriting = { stateName: "state", byThread: false };
const tag: AccountDataItem = { roomNid: 1, type: 'a"b', json: '{"order":0.5}' };

/** A room of an answer, by its parts. */
type Written = Readonly<Record<string, { readonly events: readonly Readonly<Record<string, unknown>>[] }>>;

async function joined(more: Partial<RoomUpdate>, accountData: readonly AccountDataItem[] = [], how: Partial<RoomWriting> = {}) {
  const own = { accountData, unread: new Map() };
  return JSON.parse(await writeJoinedRoom(fixture.rooms, updateOf(more), own, { ...writing, ...how })) as Written;
}

describe("an update", () => {
  it("is empty where nothing is worth telling", () => {
    expect(isEmptyUpdate(updateOf(), [])).toBe(true);
  });

  it("is not empty with anything new in it", () => {
    const { timeline } = updateOf();
    const receipt = { event_id: "$a", type: "m.read", userId: alice, ts: 1, thread: "" };
    const news: Partial<RoomUpdate>[] = [
      { isNew: true },
      { timeline: { ...timeline, limited: true } },
      { timeline: { ...timeline, events: [said as StoredEvent] } },
      { state: [topic as StoredEvent] },
      { summary: { joinedCount: 1, invitedCount: 0, heroes: [] } },
      { ephemeral: { receipts: [receipt], typing: undefined } },
      { ephemeral: { receipts: [], typing: [] } },
      { sticky: [said as StoredEvent] },
    ];
    expect(news.filter((more) => isEmptyUpdate(updateOf(more), []))).toEqual([]);
    expect(isEmptyUpdate(updateOf(), [tag])).toBe(false);
  });
});

describe("a joined room", () => {
  it("is its timeline, state, ephemeral events and account data, each also where it has nothing", async () => {
    expect(await joined({})).toEqual({
      timeline: { events: [], limited: false, prev_batch: formatTimelineToken(placeAfter(100)) },
      state: { events: [] },
      ephemeral: { events: [] },
      account_data: { events: [] },
      unread_notifications: { notification_count: 0, highlight_count: 0 },
    });
  });

  it("has what is unread in all, or by thread where that is asked for", async () => {
    const unread = new Map([
      ["$root", { notifies: 2, highlights: 1 }],
      ["main", { notifies: 3, highlights: 0 }],
    ]);
    const written = async (byThread: boolean) =>
      JSON.parse(await writeJoinedRoom(fixture.rooms, updateOf({}), { accountData: [], unread }, { ...writing, byThread })) as object;
    expect(await written(false)).toMatchObject({ unread_notifications: { notification_count: 5, highlight_count: 1 } });
    expect(await written(false)).not.toHaveProperty("unread_thread_notifications");
    expect(await written(true)).toMatchObject({
      unread_notifications: { notification_count: 3, highlight_count: 0 },
      unread_thread_notifications: { $root: { notification_count: 2, highlight_count: 1 } },
    });
    unread.delete("$root");
    expect(await written(true)).not.toHaveProperty("unread_thread_notifications");
  });

  it("has its events in order, those of the timeline with what the client may know of them", async () => {
    const outlook = { membership: () => "join", seesReplaced: () => true };
    const timeline = { events: [topic as StoredEvent, said as StoredEvent], limited: true, prevPlace: placeAfter(64) };
    const viewer = { userNid: 1, deviceNid: 64 };
    const written = await joined({ timeline, state: [topic as StoredEvent], outlook }, [], { viewer });
    expect(written["timeline"]).toMatchObject({
      limited: true,
      prev_batch: formatTimelineToken(placeAfter(64)),
      events: [
        { type: "m.room.topic", unsigned: { membership: "join" } },
        { content: { body: "hello" }, unsigned: { transaction_id: "t", membership: "join" } },
      ],
    });
    const [told] = written["state"]?.events ?? [];
    expect(told).toMatchObject({ type: "m.room.topic", state_key: "" });
    expect(told?.["unsigned"]).not.toHaveProperty("membership");
    expect(told).not.toHaveProperty("room_id");
  });

  it("has the state under the name of where it stands, and its events in the form that was asked for", async () => {
    const after = await joined({ state: [topic as StoredEvent] }, [], { stateName: "state_after", format: "federation" });
    expect([Object.keys(after).includes("state"), after["state_after"]]).toMatchObject([
      false,
      { events: [{ depth: topic?.pdu["depth"] }] },
    ]);
    const timeline = { events: [said as StoredEvent], limited: false, prevPlace: placeAfter(64) };
    const federation = await joined({ timeline }, [], { format: "federation" });
    expect(federation["timeline"]).toMatchObject({ events: [{ depth: said?.pdu["depth"] }] });
    const picked = await joined({ timeline, state: [topic as StoredEvent] }, [], { fields: () => '{"picked":1}' });
    expect([picked["timeline"], picked["state"]]).toMatchObject([{ events: [{ picked: 1 }] }, { events: [{ picked: 1 }] }]);
  });

  it("has a summary where there is one, without heroes where the room has a name", async () => {
    const counts = { joinedCount: 2, invitedCount: 1 };
    expect((await joined({ summary: { ...counts, heroes: [bob] } }))["summary"]).toEqual({
      "m.joined_member_count": 2,
      "m.invited_member_count": 1,
      "m.heroes": [bob],
    });
    expect((await joined({ summary: { ...counts, heroes: undefined } }))["summary"]).toEqual({
      "m.joined_member_count": 2,
      "m.invited_member_count": 1,
    });
  });

  it("has receipts in one event, by event, type and user, and who is typing in another", async () => {
    const receipt = (event_id: string, type: string, userId: string, thread = "") => ({ event_id, type, userId, ts: 5, thread });
    const receipts = [
      receipt("$a", "m.read", alice),
      receipt("$a", "m.read", bob, "main"),
      receipt("$a", "m.read.private", alice),
      receipt("$b", "m.read", alice, "$t"),
    ];
    const events = (await joined({ ephemeral: { receipts, typing: [bob] } }))["ephemeral"]?.events;
    expect(events).toEqual([
      {
        type: "m.receipt",
        content: {
          $a: { "m.read": { [alice]: { ts: 5 }, [bob]: { ts: 5, thread_id: "main" } }, "m.read.private": { [alice]: { ts: 5 } } },
          $b: { "m.read": { [alice]: { ts: 5, thread_id: "$t" } } },
        },
      },
      { type: "m.typing", content: { user_ids: [bob] } },
    ]);
    expect((await joined({ ephemeral: { receipts: [], typing: [] } }))["ephemeral"]).toEqual({
      events: [{ type: "m.typing", content: { user_ids: [] } }],
    });
  });
});

it("writes a left room as timeline, state and account data alone", async () => {
  const receipts = [{ event_id: "$a", type: "m.read", userId: alice, ts: 1, thread: "" }];
  const update = updateOf({ ephemeral: { receipts, typing: [bob] }, summary: { joinedCount: 1, invitedCount: 0, heroes: [] } });
  const left = JSON.parse(await writeLeftRoom(fixture.rooms, update, [tag], writing)) as object;
  expect(Object.keys(left)).toEqual(["timeline", "state", "account_data"]);
  expect(left).toMatchObject({ account_data: { events: [{ type: 'a"b', content: { order: 0.5 } }] } });
});

it("writes account data as an event, its content as it is stored", async () => {
  expect(writeAccountData({ ...tag, json: '{"a":  1}' })).toBe('{"type":"a\\"b","content":{"a":  1}}');
  expect((await joined({}, [tag, tag]))["account_data"]).toMatchObject({ events: [{ type: 'a"b' }, { type: 'a"b' }] });
});
