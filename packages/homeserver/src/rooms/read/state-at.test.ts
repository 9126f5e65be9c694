import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { forkedRoom } from "../../../tests/forked-room.ts";
import { bob, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import type { RoomState } from "../state/room-state.ts";
import { placeAfter, placeBefore, timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { eventIn, membershipIn } from "./state-event.ts";

let fixture: ComposedRooms;
let room: LoadedRoom;
beforeAll(async () => {
  fixture = await openRooms();
});
beforeEach(async () => {
  room = await roomOf(fixture);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const timeline = (): Promise<StoredEvent[]> => fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);
const topicIn = async (at: RoomState): Promise<unknown> => (await eventIn(fixture.rooms, at, "m.room.topic"))?.content["topic"];
const topic = (text: string): Promise<StoredEvent> => fixture.engine.send(room, state("m.room.topic", { topic: text }));

describe("the state at a place", () => {
  it("is what replaying the events up to there gives, between events too", async () => {
    await topic("one");
    await fixture.engine.send(room, message("hello"));
    await topic("two");
    const replayed = new Map<string, number>();
    for (const event of await timeline()) {
      const { type, stateKey } = event.fields;
      const before = new Map(replayed);
      if (stateKey !== undefined) replayed.set(`${type} ${stateKey}`, event.nid);
      const place = placeAfter(event.nid);
      const [at, right] = [await fixture.states.stateAt(room, place), await fixture.states.stateBefore(room, event)];
      expect(new Set([...at.entries()].map(([, nid]) => nid))).toEqual(new Set(replayed.values()));
      expect(new Set([...right.entries()].map(([, nid]) => nid))).toEqual(new Set(before.values()));
      if (event.nid !== room.view.end) expect(await fixture.states.stateAt(room, placeAfter(event.nid + 1))).toEqual(at);
      expect(await fixture.states.changesOnlyItself(room, event)).toBe(true);
    }
  });

  it("is the present one at the end and after it, and none before the beginning", async () => {
    for (const place of [room.view.end, timelineEnd]) expect(await fixture.states.stateAt(room, place)).toBe(room.view.state);
    expect((await fixture.states.stateAt(room, timelineStart)).size).toBe(0);
  });

  it("is, from the beginning on, that in which the creator is in already", async () => {
    const { fields } = (await timeline())[0] ?? expect.unreachable("the room has no events");
    const at = await fixture.states.stateFromBeginning(room, timelineStart);
    expect([at.size, await membershipIn(fixture.rooms, at, fields.sender)]).toEqual([2, "join"]);
    expect(await fixture.states.stateFromBeginning(room, room.view.end)).toBe(room.view.state);
    expect(await membershipIn(fixture.rooms, at, bob)).toBeUndefined();
  });
});

describe("the state at a place after a fork", () => {
  it("is the resolved one: that of the event that won, after it and not before", async () => {
    const { room, ours, theirs } = await forkedRoom(fixture, "theirs");
    expect(theirs.fields.isForked).toBe(true);
    expect(await topicIn(await fixture.states.stateAt(room, placeAfter(ours.nid)))).toBe("ours");
    expect(await topicIn(await fixture.states.stateBefore(room, theirs))).toBe("ours");
    expect(await topicIn(await fixture.states.stateAt(room, placeAfter(theirs.nid)))).toBe("theirs");
    expect(await topicIn(await fixture.states.stateAt(room, placeBefore(placeAfter(theirs.nid))))).toBe("ours");
    expect(await fixture.states.changesOnlyItself(room, theirs)).toBe(true);
  });

  it("is not changed by an event that lost, which therefore does not do what it says", async () => {
    const { room, theirs } = await forkedRoom(fixture, "ours");
    expect(await topicIn(await fixture.states.stateAt(room, placeAfter(theirs.nid)))).toBe("ours");
    expect(await fixture.states.changesOnlyItself(room, theirs)).toBe(false);
  });
});
