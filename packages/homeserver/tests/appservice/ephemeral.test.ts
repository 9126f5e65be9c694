/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What is not kept in the history of rooms: typing, presence, receipts; and what end-to-end encryption needs.
import { describe, expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import type { AnyBody, TestUser } from "../../src/testing/index.ts";
import { dig, listAt } from "./dig.ts";
import type { FakeService, ServiceAnswer } from "./fake-appservice.ts";
import { ircServer, type RegisteredServer } from "./registered.ts";

const listOf = (service: FakeService, name: string): readonly AnyBody[] => service.transactions.flatMap(({ body }) => listAt(body, name));
const ephemeral = (service: FakeService, type: string): readonly AnyBody[] =>
  listOf(service, "ephemeral").filter((event) => event["type"] === type);

async function bridgedRoom(hs: RegisteredServer): Promise<{ alice: TestUser; ghost: string; roomId: string; eventId: string }> {
  const alice = await hs.server.register("alice");
  const ghost = await hs.ghost("_irc_ghost");
  const roomId = await hs.server.createRoom(alice);
  await hs.as("as-irc", "POST", `/join/${roomId}?user_id=${ghost}`, {});
  const sent = await hs.as("as-irc", "PUT", `/rooms/${roomId}/send/m.room.message/1?user_id=${ghost}`, { msgtype: "m.text", body: "x" });
  return { alice, ghost, roomId, eventId: String(sent.body["event_id"]) };
}

describe("a service that asks for ephemeral events", () => {
  it("is told who types in its rooms, and by the name that some read alone", async () => {
    await using hs = await ircServer({ receive_ephemeral: true });
    const { alice, roomId } = await bridgedRoom(hs);
    const other = await hs.server.createRoom(alice);
    const type = (room: string, typing: boolean) =>
      hs.server.requestAs(alice, "PUT", `/rooms/${room}/typing/${alice.userId}`, { typing, timeout: 60_000 });
    await type(other, true);
    await type(roomId, true);
    await hs.service.until(() => ephemeral(hs.service, "m.typing").length >= 1);
    expect(ephemeral(hs.service, "m.typing")).toEqual([{ type: "m.typing", room_id: roomId, content: { user_ids: [alice.userId] } }]);
    await type(roomId, false);
    await hs.service.until(() => ephemeral(hs.service, "m.typing").length >= 2);
    expect(ephemeral(hs.service, "m.typing")[1]).toMatchObject({ content: { user_ids: [] } });
    expect(listOf(hs.service, "de.sorunome.msc2409.ephemeral")).toEqual(listOf(hs.service, "ephemeral"));
    for (const { body } of hs.service.transactions) expect(body["events"]).toBeInstanceOf(Array);
  });

  it("is told who is there of those who share a room", async () => {
    await using hs = await ircServer({ "de.sorunome.msc2409.push_ephemeral": true });
    const { alice } = await bridgedRoom(hs);
    const bob = await hs.server.register("bob");
    for (const user of [bob, alice])
      await hs.server.requestAs(user, "PUT", `/presence/${user.userId}/status`, { presence: "online", status_msg: "hi" });
    await hs.service.until(() => ephemeral(hs.service, "m.presence").length >= 1);
    expect(ephemeral(hs.service, "m.presence")).toMatchObject([
      { type: "m.presence", sender: alice.userId, content: { presence: "online", status_msg: "hi", currently_active: true } },
    ]);
  });

  it("is told of one thing that concerns it among many that do not", async () => {
    await using hs = await ircServer({ receive_ephemeral: true });
    const { alice, roomId } = await bridgedRoom(hs);
    const rooms: string[] = [];
    while (rooms.length < limits.appserviceEvents.value) rooms.push(await hs.server.createRoom(alice));
    await hs.service.until(() => hs.service.events.length >= 2);
    const type = (room: string) =>
      hs.server.requestAs(alice, "PUT", `/rooms/${room}/typing/${alice.userId}`, { typing: true, timeout: 60_000 });
    // As long as it has not confirmed this, all of them wait.
    let confirm = (_answer: ServiceAnswer): void => {};
    const confirmed = new Promise<ServiceAnswer>((resolve) => (confirm = resolve));
    hs.service.answer = () => confirmed;
    const before = hs.service.transactions.length;
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/1`, { msgtype: "m.text", body: "x" });
    await expect.poll(() => hs.service.transactions.length).toBeGreaterThan(before);
    for (const room of [...rooms, roomId]) await type(room);
    confirm({ status: 200 });
    await hs.service.until(() => ephemeral(hs.service, "m.typing").length >= 1);
    expect(ephemeral(hs.service, "m.typing")).toMatchObject([{ room_id: roomId }]);
  });

  it("is told what was read in its rooms, and in private by its own users alone", async () => {
    await using hs = await ircServer({ receive_ephemeral: true });
    const { alice, ghost, roomId, eventId } = await bridgedRoom(hs);
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/receipt/m.read.private/${eventId}`, {});
    await hs.as("as-irc", "POST", `/rooms/${roomId}/receipt/m.read.private/${eventId}?user_id=${ghost}`, {});
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/receipt/m.read/${eventId}`, { thread_id: "main" });
    const receipts = () => ephemeral(hs.service, "m.receipt");
    await hs.service.until(() => JSON.stringify(receipts()).includes('"m.read"'));
    const content = receipts().map((event) => dig(event, "content", eventId));
    for (const receipt of receipts())
      expect(Object.keys(dig(receipt, "content", eventId, "m.read.private") ?? {})).not.toContain(alice.userId);
    expect(receipts().every((event) => event["room_id"] === roomId)).toBe(true);
    expect(Object.assign({}, ...content)).toEqual({
      "m.read.private": { [ghost]: { ts: expect.any(Number) } },
      "m.read": { [alice.userId]: { ts: expect.any(Number), thread_id: "main" } },
    });
  });

  it("gets receipts that came while it was away, with the same ID again and again", async () => {
    await using hs = await ircServer({ receive_ephemeral: true });
    const { alice, roomId, eventId } = await bridgedRoom(hs);
    await hs.service.until(() => hs.service.events.length >= 2);
    hs.service.answer = () => "hang";
    const before = hs.service.transactions.length;
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/receipt/m.read/${eventId}`, {});
    await hs.service.until(() => hs.service.transactions.length > before);
    hs.service.answer = () => ({ status: 200 });
    await hs.restart();
    await hs.service.until(() => hs.service.transactions.length > before + 1);
    const [first, again] = hs.service.transactions.slice(before);
    expect(again).toEqual(first);
    expect(JSON.stringify(first?.body)).toContain("m.receipt");
  });

  it("is told nothing of it where it does not ask", async () => {
    await using hs = await ircServer();
    const { alice, roomId, eventId } = await bridgedRoom(hs);
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/typing/${alice.userId}`, { typing: true, timeout: 60_000 });
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/receipt/m.read/${eventId}`, {});
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/send/m.room.message/1`, { msgtype: "m.text", body: "end" });
    await hs.service.until(() => hs.service.events.some((event) => String(dig(event, "content", "body")) === "end"));
    expect(listOf(hs.service, "ephemeral")).toEqual([]);
  });
});

const deviceKeys = (userId: string, deviceId: string) => ({
  user_id: userId,
  device_id: deviceId,
  algorithms: ["m.olm.v1.curve25519-aes-sha2"],
  keys: { [`curve25519:${deviceId}`]: "a", [`ed25519:${deviceId}`]: "b" },
  signatures: {},
});

describe("a service that asks for what encryption needs", () => {
  const wants = { receive_ephemeral: true, "org.matrix.msc3202": true };

  async function encrypting(hs: RegisteredServer) {
    const room = await bridgedRoom(hs);
    await hs.as("as-irc", "PUT", `/devices/DEV?user_id=${room.ghost}`, {});
    const body = {
      one_time_keys: { "signed_curve25519:a": "k1", "signed_curve25519:b": "k2" },
      fallback_keys: { "signed_curve25519:f": "f" },
    };
    await hs.as("as-irc", "POST", `/keys/upload?user_id=${room.ghost}&device_id=DEV`, {
      device_keys: deviceKeys(room.ghost, "DEV"),
      ...body,
    });
    return room;
  }

  it("gets messages to its devices, each once, with what is left of their keys", async () => {
    await using hs = await ircServer(wants);
    const { alice, ghost } = await encrypting(hs);
    const claimed = await hs.server.requestAs(alice, "POST", "/keys/claim", { one_time_keys: { [ghost]: { DEV: "signed_curve25519" } } });
    expect(Object.keys(dig(claimed.body, "one_time_keys", ghost) ?? {})).toEqual(["DEV"]);
    const send = (txn: string, messages: object) => hs.server.requestAs(alice, "PUT", `/sendToDevice/org.example/${txn}`, { messages });
    await send("1", { [ghost]: { DEV: { n: 1 } }, [alice.userId]: { "*": { n: 0 } } });
    await send("2", { [ghost]: { "*": { n: 2 } } });
    await hs.service.until(() => listOf(hs.service, "to_device").length >= 2);
    const message = { type: "org.example", sender: alice.userId, to_user_id: ghost, to_device_id: "DEV" };
    expect(listOf(hs.service, "to_device")).toEqual([
      { ...message, content: { n: 1 } },
      { ...message, content: { n: 2 } },
    ]);
    expect(listOf(hs.service, "de.sorunome.msc2409.to_device")).toEqual(listOf(hs.service, "to_device"));
    const { body } = hs.service.transactions.findLast((each) => "to_device" in each.body) ?? { body: {} as AnyBody };
    const counts = { [ghost]: { DEV: { signed_curve25519: 1 } } };
    for (const name of ["device_one_time_keys_count", "device_one_time_key_counts"]) {
      expect(body[name]).toEqual(counts);
      expect(body[`org.matrix.msc3202.${name}`]).toEqual(counts);
    }
    expect(body["org.matrix.msc3202.device_unused_fallback_key_types"]).toEqual({ [ghost]: { DEV: ["signed_curve25519"] } });
    // What a transaction has brought does not come by a sync as well.
    const synced = await hs.as("as-irc", "GET", `/sync?user_id=${ghost}&device_id=DEV`);
    expect(synced.body["to_device"]).toBeUndefined();
    // The sender's own copy is theirs alone.
    const own = await hs.server.requestAs(alice, "GET", "/sync");
    expect(listAt(own.body, "to_device", "events")).toMatchObject([{ content: { n: 0 } }]);
  });

  it("hears whose devices have changed, and who cannot be seen any more", async () => {
    await using hs = await ircServer(wants);
    const { alice, roomId } = await encrypting(hs);
    const bob = await hs.server.register("bob");
    const lists = (kind: string): string[] =>
      hs.service.transactions.flatMap(({ body }) => listAt(body, "org.matrix.msc3202.device_lists", kind));
    await hs.service.until(() => lists("changed").includes("@_irc_ghost:localhost"));
    const upload = (user: TestUser) =>
      hs.server.requestAs(user, "POST", "/keys/upload", { device_keys: deviceKeys(user.userId, user.deviceId) });
    await upload(bob);
    await upload(alice);
    await hs.service.until(() => lists("changed").includes(alice.userId));
    expect(lists("changed")).not.toContain(bob.userId);
    await hs.server.requestAs(bob, "POST", `/join/${roomId}`, {});
    await hs.service.until(() => lists("changed").includes(bob.userId));
    await hs.server.requestAs(bob, "POST", `/rooms/${roomId}/leave`, {});
    await hs.service.until(() => lists("left").includes(bob.userId));
  });

  it("leaves messages to those who sync, where it asks for ephemeral events only", async () => {
    await using hs = await ircServer({ receive_ephemeral: true });
    const { alice, ghost } = await encrypting(hs);
    await hs.server.requestAs(alice, "PUT", "/sendToDevice/org.example/1", { messages: { [ghost]: { DEV: { n: 1 } } } });
    await hs.service.until(() => listOf(hs.service, "to_device").length >= 1);
    const synced = await hs.as("as-irc", "GET", `/sync?user_id=${ghost}&device_id=DEV`);
    expect(listAt(synced.body, "to_device", "events")).toMatchObject([{ content: { n: 1 } }]);
  });
});
