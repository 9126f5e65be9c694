// Each limit on what is read of relations is crossed.
import { afterAll, beforeAll, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import { eventAtTime } from "../../src/rooms/read/event-at-time.ts";
import { listThreads } from "../../src/rooms/read/thread-list.ts";
import type { LoadedRoom } from "../../src/rooms/room.ts";
import { placeOfColumn, timelineEnd, timelineStart } from "../../src/rooms/timeline/place.ts";
import { relateOperations } from "../../src/rooms/timeline/relation-operations.ts";
import type { StoredEvent } from "../../src/rooms/timeline/stored-event.ts";
import { spanOf, startSpan } from "../../src/rooms/timeline/timeline-span.ts";
import { operation, type WriteOperation } from "../../src/store/statement.ts";
import { insertEvent } from "../../src/store/statements/events.ts";
import { type ComposedRooms, openRooms } from "../composed-rooms.ts";
import { alice, bob, message, roomOf, state } from "../room-of.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

/** A number that no event of these tests gets by itself. */
const FAR = 2 ** 40;
const numbers = (length: number): number[] => Array.from({ length }, (_, i) => i);
const nidOf = (userId: string): Promise<number> => fixture.core.users.intern(userId);

function relate(room: LoadedRoom, relType: string, { eventId }: StoredEvent, content: object = {}, sender = alice): Promise<StoredEvent> {
  const relation = { "m.relates_to": { rel_type: relType, event_id: eventId } };
  return fixture.engine.send(room, { type: "m.room.message", sender, content: { ...content, ...relation } });
}

async function bundlesOf(room: LoadedRoom, events: readonly StoredEvent[], userId = alice) {
  return fixture.bundled.of(room, events, { userNid: await nidOf(userId), upTo: timelineEnd });
}

it("relatedEvents bounds what is counted of a thread, and what a page of all levels looks through, though every page is reached", async () => {
  const room = await roomOf(fixture);
  const root = await fixture.engine.send(room, message("root"));
  const count = limits.relatedEvents.value + 10;
  const operations = numbers(count).flatMap((i) => {
    const nid = FAR + 64 * i;
    return [
      ...storeCopy(room, root, { nid, place: nid, eventId: `$many${i}`, ts: root.fields.ts }),
      ...relateOperations(nid, { targetId: root.eventId, relType: "m.thread", annotation: null }),
    ];
  });
  await fixture.core.store.commit(operations);
  fixture.relations.changed(room.nid, root.eventId);
  expect((await bundlesOf(room, [root])).get(root.eventId)?.thread?.count).toBe(limits.relatedEvents.value);
  const asked = { room, userNid: await nidOf(alice), target: root };
  const whole = { after: timelineStart, upTo: timelineEnd };
  const page = { backward: true, limit: 5, recurse: true };
  const first = await fixture.related.page(asked, whole, page);
  expect(first.events.map(({ eventId }) => eventId)).toEqual(numbers(5).map((i) => `$many${count - 1 - i}`));
  const last = await fixture.related.page(asked, { ...whole, upTo: placeOfColumn(FAR + 64 * 2) }, page);
  expect([last.events.map(({ eventId }) => eventId), last.next]).toEqual([["$many2", "$many1", "$many0"], undefined]);
});

it("relatedStates bounds the states that are looked at for a thread of before the user came", async () => {
  const room = await roomOf(fixture);
  const root = await fixture.engine.send(room, message("root"));
  const count = limits.relatedStates.value + 2;
  let last = root;
  for (const i of numbers(count)) {
    await fixture.engine.send(room, state("m.room.topic", { topic: `${i}` }));
    last = await relate(room, "m.thread", root, { body: `${i}` });
  }
  await fixture.members.join(room, bob);
  const seen = async (userId: string) => (await bundlesOf(room, [root], userId)).get(root.eventId)?.thread;
  expect(await seen(alice)).toMatchObject({ count, latest: { eventId: last.eventId } });
  expect(await seen(bob)).toMatchObject({ count: limits.relatedStates.value, latest: { eventId: last.eventId } });
});

it("bundledReferences bounds the references that are bundled with an event: the newest", async () => {
  const room = await roomOf(fixture);
  const root = await fixture.engine.send(room, message("root"));
  const sent: string[] = [];
  for (const i of numbers(limits.bundledReferences.value + 1)) sent.push((await relate(room, "m.reference", root, { i })).eventId);
  expect((await bundlesOf(room, [root])).get(root.eventId)?.references).toEqual(sent.slice(1));
});

it("bundledBytes bounds the events that are bundled with those of a page, the first of which have theirs", async () => {
  const room = await roomOf(fixture);
  const roots: StoredEvent[] = [];
  const body = "x".repeat(60_000);
  const fitting = Math.ceil(limits.bundledBytes.value / 60_000);
  for (const i of numbers(fitting + 5)) {
    const root = await fixture.engine.send(room, message(`${i}`));
    await relate(room, "m.replace", root, { body, "m.new_content": {} });
    roots.push(root);
  }
  const bundled = [...(await bundlesOf(room, roots)).keys()];
  expect(bundled).toEqual(roots.slice(0, bundled.length).map(({ eventId }) => eventId));
  expect([bundled.length > fitting - 3, bundled.length <= fitting]).toEqual([true, true]);
});

it("threadsLooked bounds the threads that a page looks through for those of the user, which the next one finds", async () => {
  const room = await roomOf(fixture, { joined: [bob] });
  const own = await fixture.engine.send(room, message("bob's", bob));
  await relate(room, "m.thread", own);
  for (const i of numbers(limits.threadsLooked.value)) await relate(room, "m.thread", await fixture.engine.send(room, message(`${i}`)));
  const reader = { userNid: await nidOf(bob), upTo: timelineEnd };
  const query = { limit: 10, participated: true };
  const first = await listThreads(fixture, room, reader, { ...query, from: timelineEnd, putOff: [] });
  expect([first.roots, first.next !== undefined]).toEqual([[], true]);
  const second = await listThreads(fixture, room, reader, { ...query, ...(first.next ?? expect.unreachable("there is no next page")) });
  expect([second.roots.map(({ eventId }) => eventId), second.next]).toEqual([[own.eventId], undefined]);
});

it("eventsByTime bounds the events whose times are looked at for one that the user may see", async () => {
  const history = [{ type: "m.room.history_visibility", content: { history_visibility: "joined" } }];
  const room = await roomOf(fixture, { initialState: history });
  // They were sent in one span, before the room was made.
  const first = await fixture.engine.send(room, message("hidden"));
  const ts = 1_000_000_000_000;
  const count = limits.eventsByTime.value + 10;
  const copies = numbers(count).flatMap((i) =>
    storeCopy(room, first, { nid: FAR * 2 + 64 * i, place: i - count, eventId: `$hidden${i}`, ts }),
  );
  await fixture.core.store.commit([...copies, startSpan(room.nid, placeOfColumn(-count), spanOf(ts))]);
  await fixture.members.join(room, bob);
  const find = async (from: number) => {
    const asked = { userNid: await nidOf(bob), ts: from, backward: false };
    return eventAtTime(fixture.rooms, room, asked, (events) => fixture.visibility.filter(room, asked.userNid, events));
  };
  expect(await find(ts)).toBeUndefined();
  expect((await find(ts + 600_000))?.fields.type).toBe("m.room.create");
});

interface Copy {
  readonly nid: number;
  readonly place: number;
  readonly eventId: string;
  readonly ts: number;
}

/** What stores an event like another one. */
function storeCopy(room: LoadedRoom, { fields }: StoredEvent, { nid, place, eventId, ts }: Copy): WriteOperation[] {
  const { senderNid, stateNid, json } = fields;
  const typeNid = fixture.core.eventTypes.peek(fields.type) ?? 0;
  return [
    operation(
      insertEvent,
      nid,
      room.nid,
      place,
      eventId,
      typeNid,
      null,
      senderNid,
      1,
      ts,
      stateNid,
      null,
      0,
      null,
      0,
      null,
      null,
      null,
      json,
    ),
  ];
}
