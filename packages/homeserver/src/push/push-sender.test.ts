import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { type PushGateway, pushGateway } from "../../tests/push-gateway.ts";
import { alice as aliceId, bob as bobId, message, roomOf } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import { testHomeserver, type TestHomeserver, type TestUser } from "../testing/index.ts";
import { putPusher } from "./pushers.ts";
import { PushSender, type PushSenderParts } from "./push-sender.ts";

let gateway: PushGateway;
beforeAll(async () => void (gateway = await pushGateway()));
beforeEach(() => {
  [gateway.status, gateway.rejected] = [200, []];
  gateway.notifications.length = 0;
});
afterAll(() => gateway[Symbol.asyncDispose]());

const config = { federation: { allow_private_targets: true } };
const pusher = (pushkey: string, data: object = {}) => ({
  pushkey,
  kind: "http",
  app_id: "org.example.app",
  app_display_name: "App",
  device_display_name: "Phone",
  lang: "en",
  data: { url: gateway.url, brand: "x", ...data },
});

interface People {
  readonly alice: TestUser;
  readonly bob: TestUser;
  readonly room: string;
}

async function people(server: TestHomeserver): Promise<People> {
  const [alice, bob, carol] = [await server.register("alice"), await server.register("bob"), await server.register("carol")];
  await server.requestAs(alice, "PUT", `/profile/${alice.userId}/displayname`, { displayname: "Alice" });
  const room = await server.createRoom(alice, { name: "The room", room_alias_name: "room" });
  for (const user of [bob, carol]) await server.requestAs(user, "POST", `/join/${encodeURIComponent(room)}`, {});
  return { alice, bob, room };
}

let count = 0;
async function send(server: TestHomeserver, { alice, room }: People, content: object = {}, type = "m.room.message"): Promise<string> {
  const path = `/rooms/${encodeURIComponent(room)}/send/${type}/${count++}`;
  const { body } = await server.requestAs(alice, "PUT", path, { msgtype: "m.text", body: "hello", ...content });
  return String(body["event_id"]);
}

const set = (server: TestHomeserver, user: TestUser, body: object) => server.requestAs(user, "POST", "/pushers/set", body);

describe("a push gateway", () => {
  it("gets what notifies, with what the rules say, names and counts, and what is read", async () => {
    await using server = await testHomeserver({ config });
    const all = await people(server);
    await send(server, all);
    await set(server, all.bob, pusher("key"));
    const plain = await send(server, all);
    await send(server, all, { msgtype: "m.notice" });
    const called = await send(server, all, { "m.mentions": { user_ids: [all.bob.userId] } });
    const encrypted = await send(server, all, { algorithm: "x" }, "m.room.encrypted");
    await expect.poll(() => gateway.notifications.length).toBe(3);
    const device = { app_id: "org.example.app", pushkey: "key", data: { brand: "x" } };
    const names = { sender: all.alice.userId, sender_display_name: "Alice", room_name: "The room", room_alias: "#room:localhost" };
    expect(gateway.notifications).toMatchObject([
      { event_id: plain, room_id: all.room, type: "m.room.message", prio: "low", content: { body: "hello" }, devices: [device], ...names },
      { event_id: called, prio: "high", devices: [{ ...device, tweaks: { sound: "default", highlight: true } }] },
      { event_id: encrypted, prio: "high", type: "m.room.encrypted" },
    ]);
    expect(gateway.notifications[2]).not.toHaveProperty("content");
    expect(gateway.notifications.at(-1)?.counts).toEqual({ unread: 4 });
    const read = `/rooms/${encodeURIComponent(all.room)}/receipt/m.read/${encodeURIComponent(encrypted)}`;
    await server.requestAs(all.bob, "POST", read, {});
    await expect.poll(() => gateway.notifications.length).toBe(4);
    expect(gateway.notifications[3]).toEqual({ counts: { unread: 0 }, devices: [device] });
  });

  it("gets no more than the IDs where that is asked for, and tells invites to the one who is invited", async () => {
    await using server = await testHomeserver({ config });
    const all = await people(server);
    await set(server, all.bob, pusher("key", { format: "event_id_only" }));
    await send(server, all);
    await server.createRoom(all.alice, { invite: [all.bob.userId], preset: "private_chat" });
    await expect.poll(() => gateway.notifications.length).toBe(2);
    expect(Object.keys(gateway.notifications[0] ?? {}).toSorted()).toEqual(["counts", "devices", "event_id", "prio", "room_id"]);
    await set(server, all.bob, pusher("key"));
    await server.createRoom(all.alice, { invite: [all.bob.userId], preset: "private_chat" });
    await expect.poll(() => gateway.notifications.length).toBe(3);
    expect(gateway.notifications[2]).toMatchObject({ type: "m.room.member", user_is_target: true });
  });

  it("loses a pusher whose key it rejects, and no other", async () => {
    await using server = await testHomeserver({ config });
    const all = await people(server);
    for (const key of ["good", "bad"]) await set(server, all.bob, pusher(key, { key }));
    await set(server, all.bob, { ...pusher("good"), append: true });
    gateway.rejected = ["bad"];
    await send(server, all);
    await expect.poll(() => gateway.notifications.length).toBe(2);
    const keys = async () => (await server.requestAs<{ pushers: { pushkey: string }[] }>(all.bob, "GET", "/pushers")).body.pushers;
    await expect.poll(async () => (await keys()).map(({ pushkey }) => pushkey)).toEqual(["good"]);
    await send(server, all);
    await expect.poll(() => gateway.notifications.length).toBe(3);
  });

  it("gets after a restart what it did not get before, once and in order", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-push-"));
    const sent: string[] = [];
    {
      await using server = await testHomeserver({ dataDir, config });
      const all = await people(server);
      await set(server, all.bob, pusher("key"));
      sent.push(await send(server, all));
      await expect.poll(() => gateway.notifications.length).toBe(1);
      gateway.status = 503;
      for (let i = 0; i < 3; i++) sent.push(await send(server, all));
    }
    gateway.status = 200;
    await using _server = await testHomeserver({ dataDir, config });
    await expect.poll(() => gateway.notifications.length).toBe(4);
    expect(gateway.notifications.map((body) => body.event_id)).toEqual(sent);
    await rm(dataDir, { recursive: true, force: true });
  });
});

describe("a sender of pushes", () => {
  async function open(fixture: ComposedRooms, more: Partial<PushSenderParts>): Promise<PushSender> {
    const { notifications, rooms } = fixture;
    const sender = new PushSender({
      rooms,
      rules: notifications.rules,
      actions: (event, userNid) => notifications.actions(event, userNid),
      unread: async () => 0,
      missed: async () => [],
      post: async () => ({ status: 200, text: "{}" }),
      failed: () => {},
      pause: async () => {},
      ...more,
    });
    notifications.onOutcome((outcome) => sender.offer(outcome));
    return sender;
  }

  async function withPushers(fixture: ComposedRooms, keys: readonly string[]): Promise<void> {
    const owner = await fixture.device(bobId);
    for (const pushkey of keys)
      await putPusher(fixture.core, owner, { app_id: "app", pushkey, data: { url: `https://${pushkey}.example/` } } as never, true);
  }

  it("tries again, later each time, and a gateway that is away holds up no other", async () => {
    await using fixture = await openRooms();
    await fixture.device(aliceId);
    const room = await roomOf(fixture, { joined: [bobId] });
    await withPushers(fixture, ["away", "there"]);
    const posted: string[] = [];
    const waits: number[] = [];
    let answers = [new Error("no connection"), 500, 429, 200];
    await using sender = await open(fixture, {
      post: async (to, { notification }) => {
        const host = new URL(to).hostname;
        if (host === "away.example") {
          const answer = answers.shift() ?? 200;
          if (typeof answer !== "number") throw answer;
          if (answer !== 200) return { status: answer, text: "" };
        }
        posted.push(`${host} ${notification.event_id}`);
        return { status: 200, text: "not JSON" };
      },
      failed: (_error, retryMs) => waits.push(retryMs),
    });
    await sender.resume();
    const first = await fixture.engine.send(room, message("one"));
    const second = await fixture.engine.send(room, message("two"));
    await expect.poll(() => posted.length).toBe(4);
    expect(posted.filter((line) => line.startsWith("away"))).toEqual([first, second].map(({ eventId }) => `away.example ${eventId}`));
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    answers = [404, 200];
    await fixture.engine.send(room, message("refused"));
    const last = await fixture.engine.send(room, message("taken"));
    await expect.poll(() => posted.filter((line) => line === `away.example ${last.eventId}`).length).toBe(1);
    expect(posted.filter((line) => line.startsWith("away"))).toHaveLength(3);
  });

  it("forgets no event that comes just when it has sent the one before", async () => {
    await using fixture = await openRooms();
    await fixture.device(aliceId);
    const room = await roomOf(fixture, { joined: [bobId] });
    await withPushers(fixture, ["key"]);
    const outcomes: Parameters<PushSender["offer"]>[0][] = [];
    fixture.notifications.onOutcome(async (outcome) => void outcomes.push(outcome));
    const sent: string[] = [];
    for (let i = 0; i < 40; i++) sent.push((await fixture.engine.send(room, message(`${i}`))).eventId);
    await expect.poll(() => outcomes.length).toBe(sent.length);
    let told = (): void => {};
    const posted: (string | undefined)[] = [];
    const { notifications, rooms } = fixture;
    await using sender = new PushSender({
      rooms,
      rules: notifications.rules,
      actions: (event, userNid) => notifications.actions(event, userNid),
      unread: async () => 0,
      missed: async () => [],
      post: async (_to, { notification }) => {
        posted.push(notification.event_id);
        told();
        return { status: 200, text: "{}" };
      },
      failed: () => {},
    });
    await sender.resume();
    for (const [pause, outcome] of outcomes.entries()) {
      const isTold = new Promise<void>((resolve) => (told = resolve));
      await sender.offer(outcome);
      await isTold;
      // The next comes a few microtasks later, each time after one more.
      for (let i = 0; i < pause; i++) await Promise.resolve();
    }
    expect(posted).toEqual(sent);
  });

  it("keeps so many events for a pusher that waits, the newest", async () => {
    await using fixture = await openRooms();
    await fixture.device(aliceId);
    const room = await roomOf(fixture, { joined: [bobId] });
    await withPushers(fixture, ["slow"]);
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const posted: (string | undefined)[] = [];
    await using sender = await open(fixture, {
      post: async (_to, { notification }) => {
        await held;
        posted.push(notification.event_id);
        return { status: 200, text: "{}" };
      },
    });
    await sender.resume();
    const sent: string[] = [];
    for (let i = 0; i < limits.pushesWaiting.value + 3; i++) sent.push((await fixture.engine.send(room, message(`${i}`))).eventId);
    release();
    await expect.poll(() => posted.at(-1)).toBe(sent.at(-1));
    expect(posted).toEqual([sent[0], ...sent.slice(-limits.pushesWaiting.value)]);
  });
});
