import type { FilterDefinition } from "@patrix/client-api";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { PositionVector } from "../../log/position.ts";
import { compileEventFilter } from "../../rooms/read/event-filter.ts";
import type { LoadedRoom, Membership } from "../../rooms/room.ts";
import { RoomEphemeral } from "./room-ephemeral.ts";
import { RoomSpans } from "./room-spans.ts";
import { type RoomRequest, type RoomUpdate, RoomUpdates } from "./room-updates.ts";
import { SentMembers } from "./sent-members.ts";
import { TimelineSections } from "./timeline-sections.ts";

type Filter = NonNullable<NonNullable<FilterDefinition["room"]>["timeline"]>;

class ThoroughSections extends TimelineSections {
  override peekMessages(): undefined {}
}

let fixture: ComposedRooms;
let room: LoadedRoom;
let updates: RoomUpdates;
/** As {@link updates}, but works everything out at length. */
let thorough: RoomUpdates;
beforeAll(async () => {
  fixture = await openRooms();
  const { rooms, states, timelines, visibility, clientEvents, receipts, typing } = fixture;
  const ephemeral = new RoomEphemeral(rooms, receipts, typing);
  const open = (sections: TimelineSections): RoomUpdates =>
    new RoomUpdates({
      rooms,
      states,
      spans: new RoomSpans(rooms, states),
      sections,
      visibility,
      clientEvents,
      ephemeral,
      sentMembers: new SentMembers(),
    });
  updates = open(new TimelineSections(states, timelines, visibility));
  thorough = open(new ThoroughSections(states, timelines, visibility));
});
beforeEach(async () => {
  room = await roomOf(fixture, { joined: [bob] });
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Asking extends Partial<RoomRequest> {
  readonly limit?: number;
  readonly lazily?: boolean;
}

async function requestOf(userId: string, { limit = 100, lazily = false, ...more }: Asking): Promise<RoomRequest> {
  const filter: Filter = lazily ? { limit, lazy_load_members: true } : { limit };
  const [timelineFilter, stateFilter] = [compileEventFilter(filter, limit), compileEventFilter(lazily ? filter : undefined, 0)];
  const ephemeral = { ephemeralSince: 0, ephemeralFilter: { includesRoom: () => true, matchesType: undefined } };
  const flags = { fullState: false, useStateAfter: false, ignored: new Set<string>() };
  const span = { since: undefined, now: fixture.core.log.committed, ...ephemeral };
  return { device: await fixture.device(userId), timelineFilter, stateFilter, ...flags, ...span, ...more };
}

function membershipOf({ userNid }: RoomRequest["device"]): Membership {
  return room.view.members.get(userNid) ?? expect.unreachable("the user was never in the room");
}

async function update(userId: string, asking: Asking = {}): Promise<RoomUpdate> {
  const request = await requestOf(userId, asking);
  const membership = membershipOf(request.device);
  return membership.membership === "join" ? updates.joined(room, membership, request) : updates.left(room, membership, request);
}

const now = (): PositionVector => fixture.core.log.committed;
const names = (events: RoomUpdate["state"]): string[] => events.map(({ fields }) => `${fields.type} ${fields.stateKey ?? ""}`.trim());
const say = (body: string) => fixture.engine.send(room, message(body));

describe("what is new in a room", () => {
  it("is all of it for a client that does not know it: each event once, in the timeline or as state", async () => {
    const all = await update(alice);
    expect([all.isNew, all.timeline.limited, all.state, all.timeline.events[0]?.fields.type]).toEqual([true, false, [], "m.room.create"]);
    const newest = await update(alice, { limit: 2 });
    const told = [...newest.state, ...newest.timeline.events].map(({ nid }) => nid);
    expect([told, newest.timeline.limited]).toEqual([all.timeline.events.map(({ nid }) => nid), true]);
  });

  it("is what came between the cuts, with the state that a gap leaves out", async () => {
    const since = now();
    await fixture.engine.send(room, state("m.room.topic", { topic: "in the gap" }));
    for (const body of ["one", "two"]) await say(body);
    const cut = now();
    await say("after the cut");
    const { isNew, timeline, state: told } = await update(alice, { since, now: cut, limit: 2 });
    expect([isNew, timeline.limited, names(told)]).toEqual([false, true, ["m.room.topic"]]);
    expect(timeline.events.map(({ content }) => content["body"])).toEqual(["one", "two"]);
    const whole = await update(alice, { since, now: cut });
    expect([whole.timeline.limited, whole.state, names(whole.timeline.events).length]).toEqual([false, [], 3]);
  });

  it("is the state at the end where the client wants it so, and all of it where it wants that", async () => {
    const since = now();
    await fixture.engine.send(room, state("m.room.topic", { topic: "new" }));
    expect(names((await update(alice, { since, useStateAfter: true })).state)).toEqual(["m.room.topic"]);
    const full = await update(alice, { since, fullState: true });
    expect([names(full.state).includes("m.room.create"), names(full.state).includes("m.room.topic")]).toEqual([true, false]);
  });

  it("has a gap before it for one who joined after the last sync, and a summary where the members have changed", async () => {
    const since = now();
    await fixture.members.join(room, carol);
    const [byCarol, byAlice] = [await update(carol, { since }), await update(alice, { since })];
    expect([byCarol.isNew, byCarol.timeline.limited, byAlice.isNew]).toEqual([true, true, false]);
    expect(names(byAlice.changedMembers)).toEqual([`m.room.member ${carol}`]);
    expect(byAlice.summary?.joinedCount).toBe(3);
    const later = now();
    await say("hello");
    expect([(await update(alice, { since: later })).summary, (await update(alice, { since: later })).changedMembers]).toEqual([
      undefined,
      [],
    ]);
  });
});

it("tells of members lazily again where the client has forgotten them, or wants all of the state", async () => {
  await say("a");
  const asking = { lazily: true, limit: 1 };
  const members = async (more: Asking): Promise<string[]> => names((await update(bob, { ...asking, ...more })).state);
  const first = await members({});
  expect(first).toContain(`m.room.member ${alice}`);
  expect(await members({})).toEqual(first);
  const since = now();
  await say("b");
  expect(await members({ since })).toEqual([]);
  expect(await members({ since, fullState: true })).toEqual(first);
});

it("tells of members lazily: who has sent something, the heroes and the user, each once, and every change", async () => {
  for (let i = 0; i < 8; i++) await fixture.members.join(room, `@user${i}:example.org`);
  await say("hello");
  const first = await update(carol.replace("carol", "user7"), { lazily: true, limit: 1 });
  const members = names(first.state).filter((name) => name.startsWith("m.room.member "));
  const shown = new Set([alice, "@user7:example.org", ...(first.summary?.heroes ?? [])]);
  expect(members.toSorted()).toEqual([...shown].map((userId) => `m.room.member ${userId}`).toSorted());
  const since = now();
  await say("again");
  await fixture.members.leave(room, "@user6:example.org");
  for (let i = 0; i < 2; i++) await say("and again");
  const next = await update("@user7:example.org", { since, lazily: true, limit: 2 });
  expect(names(next.state)).toEqual(["m.room.member @user6:example.org"]);
});

describe("a room that was left", () => {
  it("is told up to the leave, and nothing of what came after", async () => {
    const since = now();
    await say("before");
    await fixture.members.leave(room, bob);
    await say("after");
    const { isNew, timeline } = await update(bob, { since });
    expect([isNew, names(timeline.events)]).toEqual([false, ["m.room.message", `m.room.member ${bob}`]]);
  });

  it("shows who was only invited the end of the invite, and nothing of the room", async () => {
    await fixture.members.invite(room, { sender: alice, target: carol });
    await fixture.members.kick(room, { sender: alice, target: carol });
    const { timeline, state: told } = await update(carol);
    expect([names(timeline.events), told, timeline.limited]).toEqual([[`m.room.member ${carol}`], [], false]);
  });
});

it("may have news after each event and receipt, and has none before", async () => {
  const entry = () => fixture.rooms.get(room.id);
  const request = await requestOf(alice, { since: now() });
  expect([updates.hasNews(entry(), request), updates.hasNews(entry(), { ...request, since: undefined })]).toEqual([false, true]);
  const { eventId } = await say("hello");
  expect(updates.hasNews(entry(), request)).toBe(true);
  const later = { ...request, since: now() };
  await fixture.receipts.set(room, { userNid: request.device.userNid, type: "m.read", thread: "", eventId, place: null });
  expect(updates.hasNews(entry(), later)).toBe(true);
});

describe("messages to one who was in all along", () => {
  const shown = async ({ timeline, state: told, outlook, isNew, summary, changedMembers }: RoomUpdate): Promise<unknown> => [
    isNew,
    timeline.limited,
    timeline.prevPlace,
    timeline.events.map((event) => [event.nid, outlook.membership(event), outlook.seesReplaced(event)]),
    told.map(({ nid }) => nid),
    summary,
    changedMembers.length,
  ];

  it("are told from memory as they would be if everything was looked up", async () => {
    const peek = vi.spyOn(TimelineSections.prototype, "peekMessages");
    const steps: readonly (() => Promise<unknown>)[] = [
      () => say("one"),
      async () => {
        for (let i = 0; i < 12; i++) await say(`many ${i}`);
      },
      () => fixture.engine.send(room, message("of bob", bob)),
      () => fixture.engine.send(room, state("m.room.topic", { topic: "state" })),
      async () => {
        await say("before");
        await fixture.members.join(room, carol);
        await say("after");
      },
    ];
    for (const lazily of [false, true])
      for (const useStateAfter of [false, true])
        for (const step of steps) {
          const since = now();
          await step();
          for (const user of [alice, bob]) {
            const request = await requestOf(user, { since, lazily, useStateAfter, limit: 10 });
            const membership = membershipOf(request.device);
            // Lazily told members differ the first time, as long as either has not told them.
            for (let i = 0; i < 2; i++)
              expect(await shown(await updates.joined(room, membership, request))).toEqual(
                await shown(await thorough.joined(room, membership, request)),
              );
          }
        }
    const told = peek.mock.results.filter(({ value }) => value !== undefined).length;
    expect(told).toBeGreaterThanOrEqual(20);
    expect(peek.mock.results.length - told).toBeGreaterThanOrEqual(20);
    peek.mockRestore();
  });
});
