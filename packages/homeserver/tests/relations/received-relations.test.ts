// Relations of events that other servers send, in whatever order they come.
import type { JsonObject } from "@patrix/api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { eventAtTime } from "../../src/rooms/read/event-at-time.ts";
import type { Bundle } from "../../src/rooms/read/bundle.ts";
import { listThreads, type ThreadCursor, type ThreadPage } from "../../src/rooms/read/thread-list.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import { type Place, timelineEnd, timelineStart } from "../../src/rooms/timeline/place.ts";
import { relateOperations } from "../../src/rooms/timeline/relation-operations.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";
import { type ComposedRooms, openRooms } from "../composed-rooms.ts";
import { RemoteServer } from "../remote/remote-server.ts";
import { alice, message, roomOf } from "../room-of.ts";

const rita = "@rita:remote.example";
let fixture: ComposedRooms;
let remote: RemoteServer;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  remote = new RemoteServer("remote.example", fixture);
});
beforeEach(async () => {
  room = await roomOf(fixture, { version: "11" });
  const member = { type: "m.room.member", stateKey: rita, sender: rita, content: { membership: "join" } };
  await remote.send(room, { ...member, after: await tips(), state: room.head.state });
});
afterAll(() => fixture[Symbol.asyncDispose]());

async function tips(): Promise<StoredEvent[]> {
  return [...(await fixture.rooms.events.load(room.head.tips.map(({ nid }) => nid))).values()];
}

/** An event of the other server that follows what is there, or something else. */
async function draft(
  content: JsonObject,
  more: { readonly after?: readonly StoredEvent[]; readonly ts?: number; readonly type?: string } = {},
) {
  return { type: "m.room.message", sender: rita, content, state: room.head.state, after: await tips(), ...more };
}
async function send(content: JsonObject, more: { readonly ts?: number } = {}): Promise<StoredEvent> {
  const { outcome, event } = await remote.send(room, await draft(content, more));
  expect(outcome).toBe("accepted");
  return event;
}
const to = (relType: string, eventId: string, more: JsonObject = {}): JsonObject => ({
  "m.relates_to": { rel_type: relType, event_id: eventId, ...more },
});

async function bundleOf(target: StoredEvent): Promise<Bundle | undefined> {
  const userNid = await fixture.core.users.intern(alice);
  const current = (await fixture.rooms.events.get(target.nid)) ?? target;
  return (await fixture.bundled.of(room, [current], { userNid, upTo: timelineEnd })).get(target.eventId);
}
async function related(target: StoredEvent, recurse = false): Promise<string[]> {
  const asked = { room, userNid: await fixture.core.users.intern(alice), target };
  const whole = { after: timelineStart, upTo: timelineEnd };
  return (await fixture.related.page(asked, whole, { backward: true, limit: 100, recurse })).events.map(({ eventId }) => eventId);
}

async function threads(): Promise<string[]> {
  const reader = { userNid: await fixture.core.users.intern(alice), upTo: timelineEnd };
  // One by one, in the order in which they are stored.
  const found: string[] = [];
  for (let cursor: ThreadCursor | undefined = { from: timelineEnd, putOff: [] }; cursor;) {
    const page: ThreadPage = await listThreads(fixture, room, reader, { ...cursor, limit: 1, participated: false });
    found.push(...page.roots.map(({ eventId }) => eventId));
    cursor = page.next;
  }
  return found;
}

describe("an event of another server", () => {
  it("relates to one that comes later", async () => {
    const after = await tips();
    const root = await remote.build(room, await draft({ body: "root" }, { after }));
    const reply = await send({ body: "reply", ...to("m.thread", root.eventId) });
    const { event: target } = await remote.deliver(room, root);
    expect(await related(target)).toEqual([reply.eventId]);
    expect((await bundleOf(target))?.thread).toMatchObject({ count: 1, participated: false, latest: { eventId: reply.eventId } });
  });

  it("is the latest edit by its time and ID, not by when it comes", async () => {
    const root = await send({ body: "root" });
    const edit = (n: number, ts: number): Promise<StoredEvent> =>
      send({ body: "x", n, "m.new_content": { body: "x" }, ...to("m.replace", root.eventId) }, { ts });
    const [late, early] = [await edit(1, 2_000), await edit(2, 1_000)];
    expect((await bundleOf(root))?.edit?.eventId).toBe(late.eventId);
    const same = await edit(3, 2_000);
    expect((await bundleOf(root))?.edit?.eventId).toBe([late.eventId, same.eventId].toSorted().at(-1));
    expect(await related(root)).toEqual([same.eventId, early.eventId, late.eventId]);
  });

  it("is in no thread of what relates to an event itself, though it is listed as related", async () => {
    const root = await send({ body: "root" });
    const reply = await send({ body: "reply", ...to("m.thread", root.eventId) });
    const nested = await send({ body: "nested", ...to("m.thread", reply.eventId) });
    expect(await bundleOf(reply)).toBeUndefined();
    expect(await related(root, true)).toEqual([nested.eventId, reply.eventId]);
    const annotation = to("m.annotation", root.eventId, { key: "x" });
    const twice = [await send(annotation), await send(annotation)];
    expect(await related(root)).toEqual([...twice.map(({ eventId }) => eventId).toReversed(), reply.eventId]);
  });

  it("is not among what relates to it by way of others, though they go round in a circle", async () => {
    const root = await send({ body: "root" });
    const child = await send({ body: "child", ...to("m.reference", root.eventId) });
    // As in room versions in which servers choose the IDs of their events.
    const relation = { targetId: child.eventId, relType: "m.reference", annotation: null };
    await fixture.core.store.commit(relateOperations(root.nid, relation));
    expect(await related(root, true)).toEqual([child.eventId]);
  });

  it("relates to nothing any more once it is redacted, and what it is not allowed to relate to is the same as nothing", async () => {
    const root = await fixture.engine.send(room, message("root"));
    const replies = [
      await send({ body: "1", ...to("m.thread", root.eventId) }),
      await send({ body: "2", ...to("m.thread", root.eventId) }),
    ];
    expect((await bundleOf(root))?.thread?.count).toBe(2);
    const redaction = { ...(await draft({ redacts: replies[1]?.eventId ?? "" })), type: "m.room.redaction" };
    expect((await remote.send(room, redaction)).outcome).toBe("accepted");
    expect((await bundleOf(root))?.thread).toMatchObject({ count: 1, latest: { eventId: replies[0]?.eventId } });
    await send({ "m.new_content": {}, ...to("m.replace", root.eventId) });
    expect((await bundleOf(root))?.edit).toBeUndefined();
  });

  it("counts among what relates once it gets a place in the history, and not while it is in no timeline", async () => {
    const root = await fixture.engine.send(room, message("root"));
    const newer = await fixture.engine.send(room, message("newer"));
    await send({ body: "in the newer one", ...to("m.thread", newer.eventId) });
    const state = (await fixture.reader.stateEvents(room.head.state)).map(({ eventId }) => eventId);
    const [first, second, third] = await Promise.all(
      ["1", "2", "0"].map(async (body) => remote.build(room, await draft({ body, ...to("m.thread", root.eventId) }))),
    );
    if (!first || !second || !third) throw new Error("three were built");
    await fixture.receiver.receiveOutliers(room, [first]);
    expect([await related(root), await bundleOf(root)]).toEqual([[], undefined]);
    expect(await fixture.receiver.receivePast(room, [{ pdu: first, stateBefore: state }])).toBe(1);
    expect((await bundleOf(root))?.thread).toMatchObject({ count: 1, latest: { eventId: first.eventId } });
    expect(await fixture.receiver.receivePast(room, [{ pdu: second, stateBefore: state }])).toBe(1);
    expect(await related(root)).toEqual([first.eventId, second.eventId]);
    expect((await bundleOf(root))?.thread).toMatchObject({ count: 2, latest: { eventId: first.eventId } });
    expect(await threads()).toEqual([newer.eventId, root.eventId]);
    const reply = await send({ body: "3", ...to("m.thread", root.eventId) });
    expect(await threads()).toEqual([root.eventId, newer.eventId]);
    expect(await fixture.receiver.receivePast(room, [{ pdu: third, stateBefore: state }])).toBe(1);
    expect(await threads()).toEqual([root.eventId, newer.eventId]);
    expect((await bundleOf(root))?.thread).toMatchObject({ count: 4, latest: { eventId: reply.eventId } });
  });
});

it("threads come by the newest event that is left of them, once the newest one is redacted", async () => {
  const [first, second] = [await send({ body: "first" }), await send({ body: "second" })];
  const reply = (root: StoredEvent): Promise<StoredEvent> => send({ body: "x", ...to("m.thread", root.eventId) });
  const [, , , last] = [await reply(first), await reply(second), await reply(first), await reply(first)];
  const redaction = { ...(await draft({ redacts: last?.eventId ?? "" })), type: "m.room.redaction" };
  expect((await remote.send(room, redaction)).outcome).toBe("accepted");
  expect(await threads()).toEqual([first.eventId, second.eventId]);
});

describe("what is bundled with an event", () => {
  it("is what was there at the place that the asker has got to, whatever has come since", async () => {
    const root = await send({ body: "root" });
    const edit = { body: "x", "m.new_content": { body: "x" }, ...to("m.replace", root.eventId) };
    const steps = [
      await send({ body: "1", ...to("m.thread", root.eventId) }),
      await send(edit),
      await send(to("m.reference", root.eventId)),
      await send({ body: "2", ...to("m.thread", root.eventId) }),
      await send({ ...edit, n: 2 }),
      await send(to("m.reference", root.eventId)),
    ];
    const [reply, , reference, last, secondEdit, secondReference] = steps.map(({ eventId }) => eventId);
    const at = async (place: Place | null | undefined) => {
      const reader = { userNid: await fixture.core.users.intern(alice), upTo: place ?? timelineStart };
      return (await fixture.bundled.of(room, [root], reader)).get(root.eventId);
    };
    for (let i = 0; i < 2; i++) {
      expect(await at(timelineEnd)).toMatchObject({
        thread: { count: 2, latest: { eventId: last } },
        edit: { eventId: secondEdit },
        references: [reference, secondReference],
      });
      expect(await at(steps[2]?.fields.place)).toMatchObject({
        thread: { count: 1, latest: { eventId: reply } },
        edit: { eventId: steps[1]?.eventId },
        references: [reference],
      });
      expect(await at(steps[0]?.fields.place)).toEqual({
        thread: { count: 1, latest: expect.objectContaining({ nid: steps[0]?.nid }) as unknown, participated: false },
        edit: undefined,
        references: undefined,
      });
      expect(await at(root.fields.place)).toBeUndefined();
    }
  });
});

describe("the event closest to a time", () => {
  it("is found by its time, wherever in the timeline it is", async () => {
    const find = async (ts: number, backward: boolean): Promise<string | undefined> => {
      const asked = { userNid: await fixture.core.users.intern(alice), ts, backward };
      return (await eventAtTime(fixture.rooms, room, asked, (events) => fixture.visibility.filter(room, asked.userNid, events)))?.eventId;
    };
    const hour = 3_600_000;
    const hours = (n: number): number => Math.round(n * hour);
    const sent = new Map<number, string>();
    // As a bridge sends what was said elsewhere: long ago, and in no order.
    for (const ts of [5, 2.01, 9, 2, 7, 4.001, 8, 4]) sent.set(hours(ts), (await send({ body: "x" }, { ts: hours(ts) })).eventId);
    const state = (await fixture.reader.stateEvents(room.head.state)).map(({ eventId }) => eventId);
    const old = await remote.build(room, await draft({ body: "old" }, { ts: hour }));
    await fixture.receiver.receivePast(room, [{ pdu: old, stateBefore: state }]);
    sent.set(hour, old.eventId);
    const times = [...sent.keys()].toSorted((a, b) => a - b);
    for (const at of [0, 1, 1.5, 2, 2.005, 2.01, 3, 4, 4.0005, 4.5, 5, 6, 7.5, 8.999, 9].map(hours)) {
      const [after, before] = [times.find((ts) => ts >= at), times.findLast((ts) => ts <= at)];
      expect([at, await find(at, false)]).toEqual([at, sent.get(after ?? 0)]);
      expect([at, await find(at, true)]).toEqual([at, before === undefined ? undefined : sent.get(before)]);
    }
    expect(await find(Date.now() + hour * 1_000, false)).toBeUndefined();
  });
});
