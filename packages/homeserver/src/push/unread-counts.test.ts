import { describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, message, roomOf } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { operation } from "../store/statement.ts";
import { insertNotifyingEvent } from "../store/statements/notifications.ts";

async function unread(fixture: ComposedRooms, room: LoadedRoom, userId = bob): Promise<Record<string, number>> {
  const userNid = await fixture.core.users.intern(userId);
  const membership = room.view.members.get(userNid);
  if (!membership) throw new Error(`${userId} is not in the room`);
  const threads = await fixture.notifications.unread(userNid, room, membership);
  return Object.fromEntries([...threads].map(([thread, { notifies }]) => [thread, notifies]));
}

const threaded = (rootId: string, sender = alice) => ({
  ...message("in the thread", sender),
  content: { ...message("in the thread").content, "m.relates_to": { rel_type: "m.thread", event_id: rootId } },
});

describe("what a user has not read", () => {
  it("is counted on from what was counted, and anew where too much has come meanwhile", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture, { joined: [bob] });
    expect(await unread(fixture, room)).toEqual({});
    let sent = 0;
    for (const more of [1, 3, 100, 60, 300]) {
      for (let i = 0; i < more; i++) await fixture.engine.send(room, message("hello"));
      sent += more;
      expect(await unread(fixture, room)).toEqual({ main: sent });
      expect(await unread(fixture, room)).toEqual({ main: sent });
    }
    expect(await unread(fixture, room, alice)).toEqual({});
  });

  it("goes by thread with what the user sends, and with receipts", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture, { joined: [bob] });
    const bobNid = await fixture.core.users.intern(bob);
    const root = await fixture.engine.send(room, message("root"));
    const inThread = await fixture.engine.send(room, threaded(root.eventId));
    expect(await unread(fixture, room)).toEqual({ main: 1, [root.eventId]: 1 });
    await fixture.engine.send(room, message("an answer", bob));
    expect(await unread(fixture, room)).toEqual({ [root.eventId]: 1 });
    await fixture.engine.send(room, message("again"));
    const { eventId, fields } = inThread;
    await fixture.receipts.set(room, { userNid: bobNid, type: "m.read", thread: root.eventId, eventId, place: fields.place });
    expect(await unread(fixture, room)).toEqual({ main: 1 });
    await fixture.engine.send(room, threaded(root.eventId));
    await fixture.engine.send(room, threaded(root.eventId, bob));
    expect(await unread(fixture, room)).toEqual({ main: 1 });
  });

  it("is counted up to a number of events", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture, { joined: [bob] });
    const { eventId, fields } = await fixture.engine.send(room, message("first"));
    const [bobNid, aliceNid] = [await fixture.core.users.intern(bob), await fixture.core.users.intern(alice)];
    const limit = limits.countedNotifications.value;
    const positions = Array.from({ length: limit }, () => fixture.core.log.next(room.shard));
    const rows = positions.map((pos) => operation(insertNotifyingEvent, room.nid, pos, "main", aliceNid, 0));
    await fixture.core.log.append({ positions, operations: rows });
    await fixture.engine.send(room, message("last"));
    expect(await unread(fixture, room)).toEqual({ main: limit });
    await fixture.receipts.set(room, { userNid: bobNid, type: "m.read", thread: "", eventId, place: fields.place });
    expect(await unread(fixture, room)).toEqual({ main: limit });
  }, 60_000);

  it("is less by what was redacted", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture, { joined: [bob] });
    const [first] = [await fixture.engine.send(room, message("a")), await fixture.engine.send(room, message("b"))];
    expect(await unread(fixture, room)).toEqual({ main: 2 });
    await fixture.engine.send(room, { type: "m.room.redaction", sender: alice, content: {}, redacts: first.eventId });
    expect(await unread(fixture, room)).toEqual({ main: 1 });
  });
});
