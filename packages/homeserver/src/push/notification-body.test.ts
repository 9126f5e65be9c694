import { describe, expect, it } from "vitest";
import { openRooms } from "../../tests/composed-rooms.ts";
import { bob, message, roomOf, state } from "../../tests/room-of.ts";
import { countsBody, notificationBody, readPusher } from "./notification-body.ts";

const row = (json: object) => ({ user_nid: 64, app_id: "app", pushkey: "key", json: JSON.stringify(json), last_pos: 0 });
const url = "https://push.example/_matrix/push/v1/notify";

describe("a stored pusher", () => {
  it("is read with what its gateway gets of it, which is not the URL", () => {
    expect(readPusher(row({ data: { url, format: "event_id_only", brand: "x" } }))).toEqual({
      url,
      eventIdOnly: true,
      device: { app_id: "app", pushkey: "key", data: { format: "event_id_only", brand: "x" } },
    });
    expect(readPusher(row({ data: { url } }))).toMatchObject({ eventIdOnly: false });
  });

  it("is none without a gateway", () => {
    for (const json of [{}, { data: 1 }, { data: { url: 7 } }]) expect(readPusher(row(json))).toBeUndefined();
  });
});

describe("a notification", () => {
  it("names the room as far as it has names, and says whom a membership is about", async () => {
    await using fixture = await openRooms();
    const room = await roomOf(fixture, { joined: [bob] });
    const pusher = readPusher(row({ data: { url } }));
    if (!pusher) throw new Error("the pusher is none");
    const write = async (event: Awaited<ReturnType<typeof fixture.engine.send>>, tweaks = {}) =>
      (await notificationBody(fixture.rooms, event, { pusher, actions: { actions: [], tweaks }, userId: bob, unread: 3 })).notification;
    const plain = await write(await fixture.engine.send(room, message("hello")));
    expect(plain).toMatchObject({ type: "m.room.message", prio: "low", counts: { unread: 3 }, devices: [{ pushkey: "key", tweaks: {} }] });
    expect(Object.keys(plain)).not.toContain("room_name");
    await fixture.engine.send(room, state("m.room.name", { name: "Name" }));
    expect(await write(await fixture.engine.send(room, message("hello")), { sound: "x" })).toMatchObject({
      room_name: "Name",
      prio: "high",
    });
    const nid = room.view.members.get(await fixture.core.users.intern(bob))?.eventNid ?? 0;
    const membership = await fixture.rooms.events.get(nid);
    expect(membership && (await write(membership))).toMatchObject({ type: "m.room.member", user_is_target: true });
    expect(countsBody(pusher, 5)).toEqual({ notification: { counts: { unread: 5 }, devices: [pusher.device] } });
  });
});
