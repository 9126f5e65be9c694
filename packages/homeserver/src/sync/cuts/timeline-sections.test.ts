import type { FilterDefinition } from "@patrix/client-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import type { LoadedRoom } from "../../rooms/room.ts";
import { placeAfter, placeBefore, timelineEnd, timelineStart } from "../../rooms/timeline/place.ts";
import type { Stretch } from "../../rooms/timeline/timelines.ts";
import { type TimelineSection, TimelineSections } from "./timeline-sections.ts";

type Filter = NonNullable<NonNullable<FilterDefinition["room"]>["timeline"]>;

let fixture: ComposedRooms;
let sections: TimelineSections;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
  sections = new TimelineSections(fixture.states, fixture.timelines, fixture.visibility);
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Reading extends Partial<Stretch> {
  readonly filter?: Filter;
  readonly ignored?: readonly string[];
  readonly replayed?: boolean;
}

async function read(
  userId: string,
  { filter, ignored = [], after = timelineStart, upTo = timelineEnd, replayed = true }: Reading = {},
): Promise<TimelineSection> {
  const options = { filter: compileEventFilter(filter, 10), ignored: new Set(ignored), replayed };
  return sections.read(room, await fixture.core.users.intern(userId), { after, upTo }, options);
}

const bodies = ({ events }: TimelineSection): unknown[] => events.flatMap(({ content }) => content["body"] ?? []);
async function say(...texts: readonly string[]): Promise<void> {
  for (const text of texts) await fixture.engine.send(room, message(text));
}

describe("a section", () => {
  it("has the newest events up to the limit, and the place before the first of them", async () => {
    await say("one", "two", "three");
    const section = await read(alice, { filter: { limit: 2 } });
    expect([bodies(section), section.limited]).toEqual([["two", "three"], true]);
    expect(section.prevPlace).toBe(placeBefore(placeAfter(section.events[0]?.nid ?? 0)));
    const rest = await read(alice, { upTo: section.prevPlace, filter: { limit: 100 } });
    expect([bodies(rest), rest.limited]).toEqual([["one"], false]);
  });

  it("has nothing of a room that the filter leaves out, nor where the limit is 0, and says that something was left out", async () => {
    await say("one");
    const filters: Filter[] = [{ not_rooms: [room.id as `!${string}`] }, { rooms: ["!other:example.org"] }, { limit: 0 }];
    for (const filter of filters) {
      const section = await read(alice, { filter, upTo: room.view.end });
      expect([section.events, section.limited, section.prevPlace]).toEqual([[], true, room.view.end]);
    }
    const nothing = await read(alice, { after: room.view.end });
    expect([nothing.events, nothing.limited, nothing.prevPlace]).toEqual([[], false, timelineEnd]);
  });

  it("has what a filter wants, however many events lie in between, up to the limit", async () => {
    await say("one", "two", "three");
    for (let i = 0; i < 30; i++) await fixture.engine.send(room, { type: "m.sticker", sender: alice, content: {} });
    const all = await read(alice, { filter: { types: ["m.room.message"] } });
    expect([bodies(all), all.limited]).toEqual([["one", "two", "three"], false]);
    const newest = await read(alice, { filter: { types: ["m.room.message"], limit: 2 } });
    expect([bodies(newest), newest.limited]).toEqual([["two", "three"], true]);
  });

  it("passes over the messages of ignored users, but not over what they set of the state", async () => {
    const start = room.view.end;
    await fixture.engine.send(room, message("ignored", bob));
    await fixture.members.leave(room, bob);
    await say("heard");
    const { events, limited } = await read(alice, { ignored: [bob], after: start });
    expect([events.map(({ fields }) => [fields.type, fields.sender]), limited]).toEqual([
      [
        ["m.room.member", bob],
        ["m.room.message", alice],
      ],
      false,
    ]);
  });
});

describe("events that the user may not see", () => {
  beforeEach(async () => {
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "joined" }));
  });

  it("are left out, and what comes before a hidden change of the state too: the state tells that", async () => {
    await say("secret");
    await fixture.engine.send(room, state("m.room.topic", { topic: "secret" }));
    await fixture.members.join(room, carol);
    await say("known");
    const section = await read(carol);
    const types = section.events.map(({ fields }) => fields.type);
    expect([types, bodies(section), section.limited]).toEqual([["m.room.member", "m.room.message"], ["known"], true]);
  });

  it("cut nothing off where they are messages only", async () => {
    const start = room.view.end;
    const visibility = (value: string) => fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: value }));
    await visibility("world_readable");
    await say("one");
    await visibility("joined");
    await say("secret");
    await visibility("world_readable");
    await say("two");
    const shown = await read(carol, { after: start });
    expect([bodies(shown), shown.limited]).toEqual([["one", "two"], true]);
  });
});

describe("an event that lost against another branch", () => {
  it("is left out with what comes before it for a client that replays the events, and for no other", async () => {
    const forked = await forkedRoom(fixture, "ours");
    room = forked.room;
    await say("after");
    expect(bodies(await read(alice))).toEqual(["after"]);
    expect((await read(alice)).events).toHaveLength(1);
    const { events } = await read(alice, { replayed: false });
    expect(events.map(({ nid }) => nid)).toContain(forked.theirs.nid);
  });

  it("is told as what it is where it won", async () => {
    const forked = await forkedRoom(fixture, "theirs");
    room = forked.room;
    expect((await read(alice)).events.slice(-2).map(({ nid }) => nid)).toEqual([forked.ours.nid, forked.theirs.nid]);
  });
});
