import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, message, roomOf } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { historyEnd, type Place, placeAfter, placeBefore, timelineEnd, timelineStart } from "./place.ts";
import type { StoredEvent } from "./stored-event.ts";
import { Timelines } from "./timelines.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const whole = { after: timelineStart, upTo: timelineEnd };

/** A room with a number of messages. */
async function talk(count: number): Promise<LoadedRoom> {
  const room = await roomOf(fixture);
  await Promise.all(Array.from({ length: count }, (_, i) => fixture.engine.send(room, message(String(i)))));
  return room;
}

/** Every place of a timeline, before, between and after its events. */
function placesOf(events: readonly StoredEvent[]): Place[] {
  const after = events.map(({ nid }) => placeAfter(nid));
  return [timelineStart, timelineEnd, ...after, ...after.map(placeBefore)];
}

describe("the newest events of a stretch", () => {
  it.each([3, 61, 140])(
    "are what the store has, also where memory knows the last events, with %i messages",
    async (count) => {
      const room = await talk(count);
      const all = await fixture.timelines.forward(room, whole, 1_000);
      const places = placesOf(all);
      const cold = new Timelines(fixture.core, fixture.rooms.events);
      // A tail that began in the middle, as that of a room does which was not in memory.
      const warm = new Timelines(fixture.core, fixture.rooms.events);
      for (const event of all.slice(-20)) warm.add(room, event);
      await fc.assert(
        fc.asyncProperty(fc.nat(places.length - 1), fc.nat(places.length - 1), fc.nat(150), async (from, to, limit) => {
          const stretch = { after: places[from] ?? timelineStart, upTo: places[to] ?? timelineEnd };
          const inside = all.filter(({ nid }) => nid > stretch.after && nid <= stretch.upTo).map(({ nid }) => nid);
          const expected = { nids: limit === 0 ? [] : inside.slice(-limit), limited: inside.length > limit };
          for (const timelines of [fixture.timelines, cold, warm]) {
            const { events, limited } = await timelines.newest(room, stretch, limit);
            expect({ nids: events.map(({ nid }) => nid), limited }).toEqual(expected);
          }
        }),
        { numRuns: 150 },
      );
    },
    60_000,
  );

  it("show an event as redacted as soon as it is", async () => {
    const room = await talk(2);
    const sent = await fixture.engine.send(room, message("secret"));
    const redaction = { type: "m.room.redaction", sender: alice, content: {}, redacts: sent.eventId };
    await fixture.engine.send(room, redaction);
    const { events } = await fixture.timelines.newest(room, whole, 2);
    expect(events.map(({ content }) => content["body"])).toEqual([undefined, undefined]);
    expect(events[0]?.eventId).toBe(sent.eventId);
  });

  it("come from memory while a room is hot, and from the store when it was forgotten", async () => {
    const room = await talk(2);
    const { events } = await fixture.timelines.newest(room, whole, 2);
    for (const { nid } of events) fixture.rooms.events.evict(nid);
    expect((await fixture.timelines.newest(room, whole, 2)).events[1]).toBe(events[1]);
    fixture.timelines.forget(room.nid);
    const again = (await fixture.timelines.newest(room, whole, 2)).events[1];
    expect([again?.eventId, again === events[1]]).toEqual([events[1]?.eventId, false]);
  });
});

it("finds the last event up to a place, none before the first, and the oldest place", async () => {
  const room = await talk(3);
  const all = await fixture.timelines.forward(room, whole, 1_000);
  for (const event of all) expect(await fixture.timelines.lastUpTo(room, placeAfter(event.nid))).toMatchObject({ nid: event.nid });
  const first = placeAfter(all[0]?.nid ?? 0);
  expect(await fixture.timelines.lastUpTo(room, placeBefore(first))).toBeUndefined();
  expect([await fixture.timelines.oldestPlace(room), await fixture.timelines.oldestPlace({ nid: room.nid + 64 })]).toEqual([
    first,
    undefined,
  ]);
});

it("puts the past before everything where nothing was left free for it, however far back what it lies before is", async () => {
  const room = await talk(30);
  const all = await fixture.timelines.forward(room, whole, 1_000);
  for (const event of [all.at(-1), all[1], all[0]])
    expect(await fixture.timelines.endOfPast(room, 1, event?.fields.place ?? timelineStart)).toBe(historyEnd);
  expect(await fixture.timelines.endOfPast(room, 1)).toBe(historyEnd);
});

it("pages in both directions through the same events", async () => {
  const room = await talk(10);
  const forward: StoredEvent[] = [];
  for (let after = timelineStart; ; after = placeAfter(forward.at(-1)?.nid ?? 0)) {
    const page = await fixture.timelines.forward(room, { after, upTo: timelineEnd }, 4);
    forward.push(...page);
    if (page.length < 4) break;
  }
  const backward: StoredEvent[] = [];
  for (let upTo = timelineEnd; ; upTo = placeBefore(placeAfter(backward.at(-1)?.nid ?? 0))) {
    const page = await fixture.timelines.backward(room, { after: timelineStart, upTo }, 4);
    backward.push(...page);
    if (page.length < 4) break;
  }
  expect(backward.map(({ nid }) => nid).toReversed()).toEqual(forward.map(({ nid }) => nid));
  expect(forward.filter(({ fields }) => fields.type === "m.room.message").map(({ content }) => content["body"])).toHaveLength(10);
});
