import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, state } from "../../../tests/room-of.ts";
import type { LoadedRoom } from "../room.ts";
import { timelineEnd, timelineStart } from "../timeline/place.ts";
import type { StoredEvent } from "../timeline/stored-event.ts";

let fixture: ComposedRooms;
beforeAll(async () => {
  fixture = await openRooms();
});
afterAll(() => fixture[Symbol.asyncDispose]());

const forbidden = expect.objectContaining({ name: "RoomError", code: "FORBIDDEN", rule: expect.stringMatching(/^v/) as string }) as Error;
const timeline = (room: LoadedRoom): Promise<StoredEvent[]> =>
  fixture.timelines.forward(room, { after: timelineStart, upTo: timelineEnd }, 1_000);

describe("an event", () => {
  it("follows the one before it, also when many are sent at once", async () => {
    const room = await roomOf(fixture);
    const sent = await Promise.all(Array.from({ length: 20 }, (_, i) => fixture.engine.send(room, message(String(i)))));
    const all = await timeline(room);
    // Which of them is first is nobody's concern.
    expect(all.slice(-20).map(({ nid }) => nid)).toEqual(sent.map(({ nid }) => nid).toSorted((a, b) => a - b));
    for (const [i, { pdu }] of all.entries()) {
      expect(pdu["prev_events"]).toEqual(i === 0 ? [] : [all[i - 1]?.eventId]);
      expect(pdu["depth"]).toBe(i + 1);
    }
    expect(room.head.tips.map(({ nid }) => nid)).toEqual([all.at(-1)?.nid]);
  });

  it("that is refused leaves nothing behind: no event, no name, no move of the room", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    const { head, view } = room;
    const end = view.end;
    const [type, stateKey] = ["org.example.refused", "of the refused"];
    await expect(fixture.engine.send(room, { type, stateKey, sender: bob, content: {} })).rejects.toEqual(forbidden);
    await expect(fixture.engine.send(room, { ...message("hello", carol), type })).rejects.toEqual(forbidden);
    expect([room.head, view.end]).toEqual([head, end]);
    expect(await fixture.core.eventTypes.find(type)).toBeUndefined();
    expect(await fixture.core.users.find(carol)).toBeUndefined();
    expect(head.tips[0]?.nid).toBe((await timeline(room)).at(-1)?.nid);
  });

  it("whose authorisation is taken back in the meantime is refused", async () => {
    const room = await roomOf(fixture, { joined: [bob] });
    const kick = { type: "m.room.member", stateKey: bob, sender: alice, content: { membership: "leave" } };
    // Its type has no number yet, so that it waits for one while the sender is kicked.
    const unnumbered = { ...message("late", bob), type: "org.example.late" };
    const [kicked, late] = await Promise.allSettled([fixture.engine.send(room, kick), fixture.engine.send(room, unnumbered)]);
    // A store whose reads take time may let it go first all the same, and then it is none of the kick's business.
    const nidOf = (outcome: typeof late): number => (outcome?.status === "fulfilled" ? outcome.value.nid : 0);
    expect(kicked?.status).toBe("fulfilled");
    expect(nidOf(late)).toBeLessThan(nidOf(kicked));
  });
});

describe("a state event that is set already", () => {
  it("is answered with the one that is there, whatever the order of its content, also while that waits to be stored", async () => {
    const room = await roomOf(fixture);
    const [one, two] = await Promise.all([
      fixture.engine.send(room, state("m.room.topic", { topic: "a", more: 1 })),
      fixture.engine.send(room, state("m.room.topic", { more: 1, topic: "a" })),
    ]);
    expect(two?.nid).toBe(one?.nid);
    expect((await fixture.engine.send(room, state("m.room.topic", { topic: "a", more: 1 }))).nid).toBe(one?.nid);
  });

  it("is set anew with another content, by another user, or after it was redacted", async () => {
    const room = await roomOf(fixture, { version: "11", joined: [bob] });
    await fixture.engine.send(room, state("m.room.power_levels", { users: { [alice]: 100, [bob]: 50 } }));
    const drafts = [
      state("m.room.topic", { topic: "a" }),
      state("m.room.topic", { topic: "b" }),
      state("m.room.topic", { topic: "b" }, bob),
    ];
    const nids: number[] = [];
    for (const draft of drafts) nids.push((await fixture.engine.send(room, draft)).nid);
    const redacts = (await fixture.rooms.events.get(nids.at(-1) ?? 0))?.eventId;
    await fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: {}, redacts });
    // What is left of the redacted one says nothing, and does not stand for one that says nothing.
    nids.push((await fixture.engine.send(room, state("m.room.topic", {}, bob))).nid);
    expect(new Set(nids).size).toBe(4);
  });

  it("is no state event where there is no state key: a message is sent as often as it is said", async () => {
    const room = await roomOf(fixture);
    expect((await fixture.engine.send(room, message("a"))).nid).not.toBe((await fixture.engine.send(room, message("a"))).nid);
  });
});

describe("a room whose names and state are all in memory", () => {
  it.each(["1", "10", "12"])("of version %s still has its redactions checked and applied", async (version) => {
    const room = await roomOf(fixture, { version, joined: [bob] });
    const redact = (redacts: string, sender = alice): Promise<StoredEvent> =>
      fixture.engine.send(room, { type: "m.room.redaction", sender, content: {}, redacts });
    const [first, second] = [await fixture.engine.send(room, message("a")), await fixture.engine.send(room, message("b"))];
    for (const { eventId } of [first, second]) await redact(eventId);
    for (const { nid } of [first, second]) expect((await fixture.rooms.events.get(nid))?.fields.redactedBy).not.toBeNull();
    await expect(redact(second.eventId, bob)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(redact("$nothing")).rejects.toMatchObject({ code: "EVENT_NOT_FOUND" });
  });

  it.each(["1", "2"])("of version %s goes on from an event that has gone from memory", async (version) => {
    const room = await roomOf(fixture, { version });
    const last = await fixture.engine.send(room, message("a"));
    await fixture.core.log.flushed();
    fixture.rooms.events.evict(last.nid);
    const next = await fixture.engine.send(room, message("b"));
    expect(next.pdu["prev_events"]).toEqual([[last.eventId, { sha256: expect.stringMatching(/^[\w+/]{43}$/) }]]);
  });
});

describe("a transaction ID", () => {
  it("gives the same event at once, later, and whatever is sent under it the second time", async () => {
    const room = await roomOf(fixture);
    const origin = { deviceNid: 64, txn: "one" };
    const [first, atOnce] = await Promise.all([
      fixture.engine.send(room, message("a"), origin),
      fixture.engine.send(room, message("a"), origin),
    ]);
    const later = await fixture.engine.send(room, message("another"), origin);
    expect([atOnce?.nid, later.nid]).toEqual([first?.nid, first?.nid]);
    expect((await timeline(room)).at(-1)?.nid).toBe(first?.nid);
  });

  it("is one of its device, room and kind of event", async () => {
    const room = await roomOf(fixture);
    const other = await roomOf(fixture);
    const origin = { deviceNid: 128, txn: "one" };
    const sent = [
      await fixture.engine.send(room, message("a"), origin),
      await fixture.engine.send(room, message("a"), { ...origin, deviceNid: 192 }),
      await fixture.engine.send(other, message("a"), origin),
      await fixture.engine.send(room, { ...message("a"), type: "m.sticker" }, origin),
    ];
    expect(new Set(sent.map(({ nid }) => nid)).size).toBe(4);
    expect(sent.map(({ fields }) => [fields.deviceNid, fields.txn])).toEqual([128, 192, 128, 128].map((deviceNid) => [deviceNid, "one"]));
  });

  it("may be used again after what was sent under it was refused", async () => {
    const room = await roomOf(fixture);
    const origin = { deviceNid: 256, txn: "one" };
    await expect(fixture.engine.send(room, message("a", bob), origin)).rejects.toEqual(forbidden);
    await fixture.members.join(room, bob);
    expect((await fixture.engine.send(room, message("a", bob), origin)).content["body"]).toBe("a");
  });
});

describe("the first events of a room", () => {
  it("are all there or none, with no room behind them", async () => {
    const before = [...fixture.rooms.all()].length;
    const twice = roomOf(fixture, { initialState: [{ type: "m.room.create", content: {} }] });
    await expect(twice).rejects.toMatchObject({ code: "INVALID_ROOM_STATE" });
    await fixture.core.log.flushed();
    expect([...fixture.rooms.all()]).toHaveLength(before);
  });
});
