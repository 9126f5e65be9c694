import { describe, expect, it } from "vitest";
import { openRooms } from "../../tests/composed-rooms.ts";
import { bob as bobId, message, roomOf } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import { testHomeserver, type TestHomeserver, type TestUser } from "../testing/index.ts";

interface Counts {
  readonly notification_count: number;
  readonly highlight_count: number;
}

interface Answer {
  readonly next_batch: string;
  readonly rooms: {
    readonly join: Record<string, { readonly unread_notifications: Counts; readonly unread_thread_notifications?: Record<string, Counts> }>;
  };
}

async function sync(server: TestHomeserver, user: TestUser, more = ""): Promise<Answer> {
  return (await server.requestAs<Answer>(user, "GET", `/sync?${more}`)).body;
}

async function send(server: TestHomeserver, user: TestUser, room: string, content: object): Promise<string> {
  const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/${performance.now()}`;
  const { body } = await server.requestAs(user, "PUT", path, { msgtype: "m.text", body: "hello", ...content });
  return String(body["event_id"]);
}

describe("unread notifications", () => {
  it("come with the event that brings them, in an open poll too, and end with a receipt", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const room = await server.createRoom(alice);
    await server.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {});
    const first = await sync(server, bob);
    expect(first.rooms.join[room]?.unread_notifications).toEqual({ notification_count: 0, highlight_count: 0 });
    const polling = sync(server, bob, `since=${first.next_batch}&timeout=20000`);
    const eventId = await send(server, alice, room, { "m.mentions": { user_ids: [bob.userId] } });
    const second = await polling;
    expect(second.rooms.join[room]).toMatchObject({
      unread_notifications: { notification_count: 1, highlight_count: 1 },
      timeline: { events: [{ event_id: eventId }] },
    });
    const reading = sync(server, bob, `since=${second.next_batch}&timeout=20000`);
    await server.requestAs(bob, "POST", `/rooms/${encodeURIComponent(room)}/receipt/m.read.private/${encodeURIComponent(eventId)}`, {});
    expect((await reading).rooms.join[room]?.unread_notifications).toEqual({ notification_count: 0, highlight_count: 0 });
  });

  it("are told by thread to clients that ask for it, and together to others", async () => {
    await using server = await testHomeserver();
    const [alice, bob] = [await server.register("alice"), await server.register("bob")];
    const room = await server.createRoom(alice);
    await server.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}`, {});
    const root = await send(server, alice, room, {});
    await send(server, alice, room, { "m.relates_to": { rel_type: "m.thread", event_id: root } });
    await send(server, alice, room, { "m.relates_to": { rel_type: "m.thread", event_id: root } });
    expect((await sync(server, bob)).rooms.join[room]?.unread_notifications).toEqual({ notification_count: 3, highlight_count: 0 });
    const filter = encodeURIComponent(JSON.stringify({ room: { timeline: { unread_thread_notifications: true } } }));
    expect((await sync(server, bob, `filter=${filter}`)).rooms.join[room]).toMatchObject({
      unread_notifications: { notification_count: 1, highlight_count: 0 },
      unread_thread_notifications: { [root]: { notification_count: 2, highlight_count: 0 } },
    });
  });
});

it("a badge counts what is unread of so many rooms, those with the newest events", async () => {
  await using fixture = await openRooms();
  const bobNid = await fixture.core.users.intern(bobId);
  for (let i = 0; i <= limits.badgeRooms.value; i++) {
    const room = await roomOf(fixture, { joined: [bobId] });
    await fixture.engine.send(room, message("hello"));
    if (i === 0) await fixture.engine.send(room, message("of the room that is left out"));
    if (i === 1) expect(await fixture.notifications.badge(bobNid)).toBe(3);
  }
  expect(await fixture.notifications.badge(bobNid)).toBe(limits.badgeRooms.value);
}, 60_000);
