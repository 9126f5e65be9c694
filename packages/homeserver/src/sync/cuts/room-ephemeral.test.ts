import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf } from "../../../tests/room-of.ts";
import { limits } from "../../limits.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { type EphemeralSpan, RoomEphemeral } from "./room-ephemeral.ts";

let fixture: ComposedRooms;
let ephemeral: RoomEphemeral;
let room: LoadedRoom;
let [aliceNid, bobNid, eventId] = [0, 0, ""];
beforeAll(async () => {
  fixture = await openRooms({ shards: 2 });
  const { rooms, receipts, typing } = fixture;
  ephemeral = new RoomEphemeral(rooms, receipts, typing);
  [aliceNid, bobNid] = [await fixture.core.users.intern(alice), await fixture.core.users.intern(bob)];
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
  ({ eventId } = await fixture.engine.send(room, message("read me")));
});
afterAll(async () => {
  fixture.typing[Symbol.dispose]();
  await fixture[Symbol.asyncDispose]();
});

type Filter = EphemeralSpan["ephemeralFilter"];

/** From now on, as a client sees it that has seen everything. */
function fromNow(filter: Partial<Filter> = {}): Omit<EphemeralSpan, "now"> {
  const ephemeralFilter = { includesRoom: () => true, matchesType: undefined, ...filter };
  return { since: fixture.core.log.committed, ephemeralSince: fixture.ephemeralSerial.newest, ephemeralFilter };
}
/** Up to now. */
const upToNow = (span: Omit<EphemeralSpan, "now">): EphemeralSpan => ({ ...span, now: fixture.core.log.committed });
const read = (span: EphemeralSpan, of = room, reader = aliceNid) => ephemeral.read(of, reader, span);
const setReceipt = (type = "m.read", thread = ""): Promise<void> =>
  fixture.receipts.set(room, { userNid: bobNid, type, thread, eventId, place: null });
const nothing = { receipts: [], typing: undefined };

it("shows so many users as typing, and no more", async () => {
  const span = fromNow();
  const most = limits.typingUsers.value;
  for (let i = 0; i <= most; i++) fixture.typing.set(room, await fixture.core.users.intern(`@typing${i}:example.org`), 30_000);
  expect((await read(upToNow(span))).typing).toHaveLength(most);
});

describe("what is new of a room besides its history", () => {
  // Both shards have a room like this.
  it.each([1, 2])("is nothing where nobody has read or typed (%i)", async () => {
    const span = upToNow(fromNow());
    expect([ephemeral.hasNews(room.nid, span), await read(span)]).toEqual([false, nothing]);
    const first = { ...span, since: undefined, ephemeralSince: 0 };
    expect([ephemeral.hasNews(room.nid, first), await read(first)]).toEqual([false, nothing]);
  });

  it.each([1, 2])("is each receipt after one cut and up to the other, by user (%i)", async () => {
    const before = fromNow();
    await setReceipt("m.read", "main");
    const between = fromNow();
    const span = upToNow(before);
    await setReceipt("m.read");
    expect([ephemeral.hasNews(room.nid, span), (await read(span)).receipts]).toEqual([
      true,
      [expect.objectContaining({ event_id: eventId, type: "m.read", thread: "main", userId: bob })],
    ]);
    expect((await read(upToNow(between))).receipts.map(({ thread }) => thread)).toEqual([""]);
    expect((await read(upToNow({ ...before, since: undefined }))).receipts.map(({ thread }) => thread)).toEqual(["main", ""]);
    const after = upToNow(fromNow());
    expect([ephemeral.hasNews(room.nid, after), await read(after)]).toEqual([false, nothing]);
  });

  it("is a private receipt for its own user alone", async () => {
    const before = fromNow();
    await setReceipt("m.read.private");
    const span = upToNow(before);
    expect([(await read(span)).receipts, (await read(span, room, bobNid)).receipts.length]).toEqual([[], 1]);
  });

  it("is who is typing once that has changed, also when nobody is any more", async () => {
    const before = fromNow();
    fixture.typing.set(room, bobNid, 30_000);
    const span = upToNow(before);
    expect([ephemeral.hasNews(room.nid, span), await read(span)]).toEqual([true, { receipts: [], typing: [bob] }]);
    const later = fromNow();
    expect([ephemeral.hasNews(room.nid, upToNow(later)), await read(upToNow(later))]).toEqual([false, nothing]);
    // A receipt is news, and tells nothing of typing.
    await setReceipt();
    expect((await read(upToNow(later))).typing).toBeUndefined();
    fixture.typing.set(room, bobNid, 0);
    expect((await read(upToNow(later))).typing).toEqual([]);
  });

  it("is that of the room alone", async () => {
    const other = await roomOf(fixture, { joined: [bob] });
    const before = fromNow();
    await setReceipt();
    fixture.typing.set(room, bobNid, 30_000);
    const span = upToNow(before);
    expect([ephemeral.hasNews(other.nid, span), await read(span, other)]).toEqual([false, nothing]);
  });

  it("is what the client wants to see: by room, and each by its type", async () => {
    const before = fromNow();
    await setReceipt();
    fixture.typing.set(room, bobNid, 30_000);
    const wanting = (filter: Partial<Filter>) => read({ ...upToNow(before), ephemeralFilter: { ...before.ephemeralFilter, ...filter } });
    expect(await wanting({ includesRoom: (roomId) => roomId !== room.id })).toEqual(nothing);
    expect(await wanting({ matchesType: (type) => type === "m.typing" })).toEqual({ receipts: [], typing: [bob] });
    const { receipts, typing } = await wanting({ matchesType: (type) => type === "m.receipt" });
    expect([receipts.length, typing]).toEqual([1, undefined]);
    expect(await wanting({ matchesType: () => false })).toEqual(nothing);
  });

  it("names users of whom nothing is in memory yet", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-ephemeral-"));
    onTestFinished(() => rm(dataDir, { recursive: true }));
    let bobsNid = 0;
    {
      await using first = await openRooms({ dataDir });
      const shared = await roomOf(first, { joined: [bob] });
      const sent = await first.engine.send(shared, message("read me"));
      bobsNid = await first.core.users.intern(bob);
      await first.receipts.set(shared, { userNid: bobsNid, type: "m.read", thread: "", eventId: sent.eventId, place: sent.fields.place });
    }
    for (const type of ["m.receipt", "m.typing"]) {
      await using second = await openRooms({ dataDir });
      const [known] = second.rooms.all();
      const loaded = await second.rooms.load(known ?? expect.unreachable("the room is gone"));
      second.typing.set(loaded, bobsNid, 30_000);
      const ephemeralFilter = { includesRoom: () => true, matchesType: (each: string) => each === type };
      const span = { since: undefined, now: second.core.log.committed, ephemeralSince: 0, ephemeralFilter };
      const { receipts, typing } = await new RoomEphemeral(second.rooms, second.receipts, second.typing).read(loaded, 0, span);
      second.typing[Symbol.dispose]();
      expect([...receipts.map(({ userId }) => userId), ...(typing ?? [])]).toEqual([bob]);
    }
  });
});
