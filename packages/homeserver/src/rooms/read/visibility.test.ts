import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";
import { Visibility } from "./visibility.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const say = (room: LoadedRoom, body: string): Promise<StoredEvent> => fixture.engine.send(room, message(body));
const timeline = (room: LoadedRoom): Promise<StoredEvent[]> =>
  fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);

/** A room with a visibility of its history, to which Bob is invited, which he joins, and which he leaves. */
async function story(visibility: string): Promise<LoadedRoom> {
  const initialState = [{ type: "m.room.history_visibility", content: { history_visibility: visibility } }];
  const room = await roomOf(fixture, { preset: "private_chat", initialState });
  await say(room, "before");
  await fixture.members.invite(room, { sender: alice, target: bob });
  await say(room, "invited");
  await fixture.members.join(room, bob);
  await say(room, "joined");
  await fixture.members.leave(room, bob);
  await say(room, "left");
  return room;
}

/** The messages that a user sees, by a cache of its own, asked for together and one by one. */
async function seen(room: LoadedRoom, userId: string): Promise<unknown[]> {
  const userNid = await fixture.core.users.intern(userId);
  const events = (await timeline(room)).filter(({ fields }) => fields.type === "m.room.message");
  const visible = await fixture.visibility.filter(room, userNid, events);
  const single = new Visibility(fixture.rooms);
  for (const event of events) expect(await single.canSee(room, userNid, event)).toBe(visible.includes(event));
  return visible.map(({ content }) => content["body"]);
}

describe("the history of a room", () => {
  it.each([
    ["world_readable", ["before", "invited", "joined", "left"], ["before", "invited", "joined", "left"]],
    ["shared", ["before", "invited", "joined"], []],
    ["invited", ["invited", "joined"], []],
    ["joined", ["joined"], []],
  ])("that is %s is seen by who was invited, joined and left, and by who never was in", async (visibility, byBob, byCarol) => {
    const room = await story(visibility);
    expect(await seen(room, bob)).toEqual(byBob);
    expect(await seen(room, carol)).toEqual(byCarol);
    expect(await seen(room, alice)).toEqual(["before", "invited", "joined", "left"]);
  });

  it("is seen from before the join when it was shared then, and by who is in now", async () => {
    const room = await story("shared");
    await fixture.members.invite(room, { sender: alice, target: bob });
    await fixture.members.join(room, bob);
    expect(await seen(room, bob)).toEqual(["before", "invited", "joined", "left"]);
  });

  it("is as visible as the rule was when each event was sent", async () => {
    const room = await roomOf(fixture);
    await say(room, "shared");
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "joined" }));
    await say(room, "for the joined");
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "world_readable" }));
    await say(room, "for the world");
    expect(await seen(room, carol)).toEqual(["for the world"]);
    await fixture.members.join(room, bob);
    expect(await seen(room, bob)).toEqual(["shared", "for the world"]);
  });
});

it("shows that one was rejected or banned to whom it concerns, and to nobody else outside", async () => {
  const room = await roomOf(fixture, { preset: "private_chat", invite: [bob] });
  await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "joined" }));
  await fixture.members.ban(room, { sender: alice, target: bob });
  const ban = (await timeline(room)).at(-1);
  if (!ban) throw new Error("the room has no events");
  const sees = async (userId: string) => fixture.visibility.canSee(room, await fixture.core.users.intern(userId), ban);
  expect([await sees(alice), await sees(bob), await sees(carol)]).toEqual([true, true, false]);
});

describe("what a user is told along with events", () => {
  it("is the membership at each of them, the change by the event itself included", async () => {
    const room = await story("shared");
    const bobNid = await fixture.core.users.intern(bob);
    const events = await timeline(room);
    for (const visibility of [fixture.visibility, new Visibility(fixture.rooms)]) {
      const { membership } = await visibility.outlook(room, bobNid, events);
      const told = events.filter(({ fields }) => fields.type === "m.room.message" || fields.stateKey === bob).map(membership);
      expect(told).toEqual(["leave", "invite", "invite", "join", "join", "leave", "leave"]);
    }
  });

  it("is what a state event replaced, only where the user may see that", async () => {
    const room = await roomOf(fixture);
    await fixture.engine.send(room, state("m.room.history_visibility", { history_visibility: "joined" }));
    const first = await fixture.engine.send(room, state("m.room.topic", { topic: "secret" }));
    await fixture.members.join(room, bob);
    const events = [await fixture.engine.send(room, state("m.room.topic", { topic: "known" }))];
    events.push(await fixture.engine.send(room, state("m.room.topic", { topic: "newest" })));
    const outlook = async (userId: string) => fixture.visibility.outlook(room, await fixture.core.users.intern(userId), [first, ...events]);
    const [byBob, byAlice] = [await outlook(bob), await outlook(alice)];
    expect(events.map(byBob.seesReplaced)).toEqual([false, true]);
    expect([first, ...events].map(byAlice.seesReplaced)).toEqual([false, true, true]);
  });
});
