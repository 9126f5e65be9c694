/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What an application service is told, in which order, and what becomes of it when the service or the server is away.
import { describe, expect, it } from "vitest";
import type { AnyBody, TestUser } from "../../src/testing/index.ts";
import { queryDatabase } from "../query-database.ts";
import { dig, listAt } from "./dig.ts";
import { FakeService } from "./fake-appservice.ts";
import { shutGate } from "./gate.ts";
import { ircRegistration, ircServer, registeredServer, type RegisteredServer } from "./registered.ts";

const bodyOf = (event: AnyBody): string => String(dig(event, "content", "body"));

async function say(hs: RegisteredServer, user: TestUser, roomId: string, text: string): Promise<string> {
  const path = `/rooms/${roomId}/send/m.room.message/${encodeURIComponent(text)}`;
  const { status, body } = await hs.server.requestAs(user, "PUT", path, { msgtype: "m.text", body: text });
  if (status !== 200) throw new Error(`${text}: ${JSON.stringify(body)}`);
  return String(body["event_id"]);
}

/** A room of alice's with a ghost in it. */
async function bridgedRoom(hs: RegisteredServer): Promise<{ alice: TestUser; ghost: string; roomId: string }> {
  const alice = await hs.server.register("alice");
  const ghost = await hs.ghost("_irc_ghost");
  const roomId = await hs.server.createRoom(alice);
  await hs.as("as-irc", "POST", `/join/${roomId}?user_id=${ghost}`, {});
  return { alice, ghost, roomId };
}

describe("events", () => {
  it("of rooms with a user of the service come in order, with what the specification puts into them", async () => {
    await using hs = await ircServer();
    const { alice, ghost, roomId } = await bridgedRoom(hs);
    const other = await hs.server.createRoom(alice);
    await say(hs, alice, other, "elsewhere");
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic: "one" });
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic: "two" });
    const said = await say(hs, alice, roomId, "last");
    await hs.service.until(() => hs.service.events.some(({ event_id: id }) => id === said));
    const events = hs.service.events.filter(({ sender }) => sender !== "@_irc_bot:localhost");
    // Its own join is the first that concerns the service.
    expect(events.map(({ type }) => type)).toEqual(["m.room.member", "m.room.topic", "m.room.topic", "m.room.message"]);
    expect(events[0]).toMatchObject({ state_key: ghost, room_id: roomId, content: { membership: "join" } });
    expect(events[2]).toMatchObject({ content: { topic: "two" }, unsigned: { prev_content: { topic: "one" } } });
    expect(Number(dig(events[3], "unsigned", "age"))).toBeGreaterThanOrEqual(0);
    const [first] = hs.service.requests;
    expect(first?.authorization).toBe("Bearer hs-irc");
    expect(first?.query.get("access_token")).toBe("hs-irc");
    expect(first?.method).toBe("PUT");
    expect(JSON.stringify(hs.service.transactions)).not.toContain("elsewhere");
  });

  it("come for invites of its users, for its rooms, for its aliases and for its own user", async () => {
    await using hs = await ircServer();
    const alice = await hs.server.register("alice");
    const ghost = await hs.ghost("_irc_ghost");
    const invited = await hs.server.createRoom(alice, { preset: "private_chat", invite: [ghost] });
    await hs.service.until(() => hs.service.events.length >= 1);
    expect(hs.service.events).toMatchObject([{ room_id: invited, state_key: ghost, content: { membership: "invite" } }]);
    // It cannot read the room, so that the invite says what the room is.
    const shown = listAt(hs.service.events[0], "unsigned", "invite_room_state");
    expect(shown.map(({ type }) => String(type))).toEqual(expect.arrayContaining(["m.room.create", "m.room.join_rules", "m.room.member"]));
    const aliased = await hs.server.createRoom(alice);
    await say(hs, alice, aliased, "before the alias");
    await hs.as("as-irc", "POST", `/join/${aliased}`, {});
    await hs.as("as-irc", "PUT", `/directory/room/${encodeURIComponent("#_irc_x:localhost")}`, { room_id: aliased });
    await hs.as("as-irc", "POST", `/rooms/${aliased}/leave`, {});
    await say(hs, alice, aliased, "by the alias");
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "by the alias"));
    expect(JSON.stringify(hs.service.transactions)).not.toContain("before the alias");
  });

  it("of a room end where the last of its users has left, and not before, however late they are told", async () => {
    await using hs = await ircServer();
    const { alice, ghost, roomId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.events.length >= 1);
    // While the service is away, everything happens; only then is it told.
    const gate = shutGate();
    hs.service.answer = async () => {
      await gate.opened;
      return { status: 200 };
    };
    await say(hs, alice, roomId, "held");
    // This one is read at once, and what comes after it only when it is confirmed.
    await say(hs, alice, roomId, "read");
    await say(hs, alice, roomId, "while it is in");
    await hs.as("as-irc", "POST", `/rooms/${roomId}/leave?user_id=${ghost}`, {});
    await say(hs, alice, roomId, "after it has left");
    await hs.as("as-irc", "POST", `/join/${roomId}?user_id=${ghost}`, {});
    await say(hs, alice, roomId, "back");
    gate.open();
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "back"));
    const texts = hs.service.events.flatMap((event) => (event["type"] === "m.room.message" ? [bodyOf(event)] : []));
    expect(texts).toEqual(["held", "read", "while it is in", "back"]);
  });

  it("go to no service without an address, and to each service what is its own", async () => {
    await using one = await FakeService.start();
    await using two = await FakeService.start();
    const url = (service: FakeService): string => `http://127.0.0.1:${service.port}`;
    const second = { id: "two", as_token: "as-two", hs_token: "hs-two", sender_localpart: "_two" };
    const puppets = { id: "puppets", as_token: "as-p", hs_token: "hs-p", sender_localpart: "puppets" };
    await using hs = await registeredServer([
      ircRegistration(url(one)),
      ircRegistration(url(two), { ...second, namespaces: { users: [{ exclusive: false, regex: "@alice:.*" }] } }),
      ircRegistration(null, { ...puppets, namespaces: { users: [{ exclusive: false, regex: "@.*" }] } }),
    ]);
    const { alice, roomId } = await bridgedRoom(hs);
    const own = await hs.server.createRoom(alice);
    await say(hs, alice, own, "own");
    await say(hs, alice, roomId, "bridged");
    await one.until(() => one.events.some((event) => bodyOf(event) === "bridged"));
    await two.until(() => two.events.some((event) => bodyOf(event) === "bridged"));
    const texts = (service: FakeService): string[] =>
      service.events.flatMap((event) => (event["type"] === "m.room.message" ? [bodyOf(event)] : []));
    expect(texts(one)).toEqual(["bridged"]);
    expect(texts(two)).toEqual(["own", "bridged"]);
  });

  it("come in bounded transactions", async () => {
    await using hs = await ircServer();
    const { alice, roomId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.events.length >= 1);
    const gate = shutGate();
    hs.service.answer = async () => {
      await gate.opened;
      return { status: 200 };
    };
    const texts = Array.from({ length: 150 }, (_, i) => `message ${i} ${i > 120 ? "x".repeat(60_000) : ""}`);
    for (const text of texts) {
      const path = `/rooms/${roomId}/send/m.room.message/${text.slice(0, 12).replaceAll(" ", "")}`;
      await hs.server.requestAs(alice, "PUT", path, { msgtype: "m.text", body: text });
    }
    gate.open();
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === texts.at(-1)));
    expect(hs.service.events.flatMap((event) => (event["type"] === "m.room.message" ? [bodyOf(event)] : []))).toEqual(texts);
    for (const { body } of hs.service.transactions) {
      expect(listAt(body, "events").length).toBeLessThanOrEqual(100);
      expect(JSON.stringify(body).length).toBeLessThan(1_048_576 + 70_000);
    }
    // One hundred at most, and the large ones in more than one.
    expect(new Set(hs.service.transactions.map(({ id }) => id)).size).toBeGreaterThanOrEqual(4);
  });
});

describe("a service that fails", () => {
  it("gets the same transaction again, unchanged, until it takes it, and nothing else meanwhile", async () => {
    await using hs = await ircServer();
    const { alice, roomId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.events.length >= 1);
    const before = hs.service.transactions.length;
    const failures = [
      { status: 500, text: "<html>" },
      "break",
      { status: 403, body: { errcode: "M_FORBIDDEN" } },
      { status: 302 },
    ] as const;
    let tries = 0;
    hs.service.answer = ({ path }) =>
      path.includes("/transactions/") ? (failures[tries++] ?? { status: 200, text: "not JSON" }) : { status: 200 };
    await say(hs, alice, roomId, "one");
    await say(hs, alice, roomId, "two");
    // Whatever the service asks shows that it is there, so that a test need not wait for the next try.
    while (!hs.service.events.some((event) => bodyOf(event) === "two")) {
      await hs.as("as-irc", "GET", "/account/whoami");
      await new Promise((resolve) => setImmediate(resolve));
    }
    const sent = hs.service.transactions.slice(before);
    expect(sent.slice(0, 5).map(({ id }) => id)).toEqual(Array.from({ length: 5 }, () => sent[0]?.id));
    for (const { body } of sent.slice(0, 5)) expect(body).toEqual(sent[0]?.body);
    expect(hs.service.events.flatMap((event) => (event["type"] === "m.room.message" ? [bodyOf(event)] : []))).toEqual(["one", "two"]);
  });

  it("delays no other service, and no request", async () => {
    await using stuck = await FakeService.start();
    stuck.answer = () => "hang";
    await using fine = await FakeService.start();
    const namespaces = { users: [{ exclusive: false, regex: "@alice:.*" }] };
    const second = { id: "two", as_token: "as-two", hs_token: "hs-two", sender_localpart: "_two", namespaces };
    await using hs = await registeredServer([
      ircRegistration(`http://127.0.0.1:${stuck.port}`),
      ircRegistration(`http://127.0.0.1:${fine.port}`, second),
    ]);
    const { alice, roomId } = await bridgedRoom(hs);
    for (let i = 0; i < 120; i++) await say(hs, alice, roomId, `message ${i}`);
    await fine.until(() => fine.events.some((event) => bodyOf(event) === "message 119"));
    expect(stuck.transactions.length).toBe(1);
    // What waits for it stays in the log, and is no queue.
    const waiting = await queryDatabase<{ count: number | string }>(
      hs.dataDir,
      "select count(*) as count from appservice_transactions where as_nid = 1",
    );
    expect(Number(waiting[0]?.count)).toBe(1);
  });

  it("of the drafts is asked by the paths of the drafts", async () => {
    await using hs = await ircServer();
    hs.service.answer = ({ path }) => (path.startsWith("/_matrix/app/v1/") ? { status: 404, text: "no such page" } : { status: 200 });
    const { roomId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.requests.some(({ path }) => path.startsWith("/transactions/")));
    const [specified, older] = hs.service.requests;
    expect(specified?.path.replace("/_matrix/app/v1", "")).toBe(older?.path);
    expect(JSON.stringify(older?.body)).toContain(roomId);
  });
});

describe("a restart", () => {
  it("sends what was not confirmed again, with the same ID, and then what came after", async () => {
    await using hs = await ircServer();
    const { alice, roomId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.events.length >= 1);
    hs.service.answer = () => "hang";
    const before = hs.service.transactions.length;
    await say(hs, alice, roomId, "one");
    await hs.service.until(() => hs.service.transactions.length > before);
    await say(hs, alice, roomId, "two");
    const [unconfirmed] = hs.service.transactions.slice(before);
    hs.service.answer = () => ({ status: 200 });
    await hs.restart();
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "two"));
    const again = hs.service.transactions.slice(before + 1);
    expect(again[0]).toEqual(unconfirmed);
    expect(again.length).toBeGreaterThanOrEqual(2);
    const texts = again.flatMap(({ body }) => listAt(body, "events").map(bodyOf));
    expect(texts).toEqual(["one", "two"]);
  });

  it("sends nothing again that was confirmed", async () => {
    await using hs = await ircServer();
    const { alice, roomId } = await bridgedRoom(hs);
    await say(hs, alice, roomId, "one");
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "one"));
    // The next one comes when the one before is confirmed.
    await say(hs, alice, roomId, "two");
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "two"));
    await hs.restart();
    await say(hs, alice, roomId, "three");
    await hs.service.until(() => hs.service.events.some((event) => bodyOf(event) === "three"));
    const withOne = hs.service.transactions.filter(({ body }) => JSON.stringify(body).includes('"one"'));
    expect(withOne.length).toBe(1);
    const ids = hs.service.events.map(({ event_id: id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});
