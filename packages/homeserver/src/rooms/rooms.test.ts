import { describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, roomOf } from "../../tests/room-of.ts";
import { WatchedStore } from "../../tests/watched-store.ts";
import { membershipsOfUser } from "../store/statements/rooms.ts";
import type { LoadedRoom } from "./room.ts";
import { timelineEnd, timelineStart } from "./timeline/place.ts";

const newRoom = (fixture: ComposedRooms): Promise<LoadedRoom> => roomOf(fixture, { preset: "private_chat" });

const topic = (text: string) => ({ type: "m.room.topic", stateKey: "", sender: alice, content: { topic: text } });

describe("the rooms in memory", () => {
  it("keep the state of a room whose state groups have gone from memory", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const before = room.view.state.size;
    const { StateGroups } = await import("./state/state-groups.ts");
    Object.assign(fixture.rooms, { stateGroups: await StateGroups.open(fixture.core) });
    await fixture.engine.send(room, topic("new"));
    expect(room.view.state.size).toBe(before + 1);
    Object.assign(fixture.rooms, { stateGroups: await StateGroups.open(fixture.core) });
    const stored = await fixture.rooms.stateGroups.load(room.view.stateNid);
    expect([...stored.entries()]).toEqual([...room.view.state.entries()]);
  });

  it("get events in one line although the room goes from memory in between", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const sending = Array.from({ length: 20 }, (_, i) => {
      const sent = fixture.engine.send(room, topic(`${i}`));
      if (i % 3 === 0) fixture.rooms.reload(room);
      return sent;
    });
    const sent = await Promise.all(sending);
    const events = (await fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 100)).slice(-20);
    expect(new Set(events.map(({ eventId }) => eventId))).toEqual(new Set(sent.map(({ eventId }) => eventId)));
    for (const [i, event] of events.entries()) if (i > 0) expect(event.pdu["prev_events"]).toEqual([events[i - 1]?.eventId]);
  });

  it("number no names for what is refused", async () => {
    await using fixture = await openRooms();
    const room = await newRoom(fixture);
    const stranger = "@stranger:example.org";
    await expect(fixture.engine.send(room, { type: "org.unknown", sender: stranger, content: {} })).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    const tooLong = { type: "x".repeat(256), sender: alice, content: {} };
    await expect(fixture.engine.send(room, tooLong)).rejects.toMatchObject({ code: "EVENT_TOO_LARGE" });
    expect(fixture.core.users.peek(stranger)).toBeUndefined();
    expect(fixture.core.eventTypes.peek("org.unknown")).toBeUndefined();
    expect(fixture.core.eventTypes.peek(tooLong.type)).toBeUndefined();
  });

  it("hold rooms that one user makes within the same millisecond", async () => {
    await using fixture = await openRooms();
    const rooms = await Promise.all(Array.from({ length: 20 }, () => newRoom(fixture)));
    expect(new Set(rooms.map(({ id }) => id)).size).toBe(20);
  });

  it("are a user's with a membership that changes while they are read", async () => {
    const watched = new WatchedStore();
    await using fixture = await openRooms({ wrapStore: watched.wrap });
    const room = await newRoom(fixture);
    const bobNid = await fixture.core.users.intern(bob);
    const invite = { type: "m.room.member", stateKey: bob, sender: alice, content: { membership: "invite" } };
    watched.afterRead = async (statement) => {
      if (statement === membershipsOfUser.name) await fixture.engine.send(room, invite);
    };
    const ofBob = await fixture.rooms.ofUser(bobNid);
    expect([...ofBob].map(([nid, { membership }]) => [nid, membership])).toEqual([[room.nid, "invite"]]);
  });
});
