/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Nobody can verify a ghost: whoever tries hears so at once.
import type { Verification } from "@patrix/client";
import { getDevices } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import type { TestUser } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { type BridgedServer, bridgedServer, transact } from "./bridged-server.ts";
import { bobId, encryptedRoom, hearing, person, sentTypes, start } from "./encrypted-scene.ts";

const end = async (verification: Verification): Promise<string> => {
  for await (const step of verification) if (step.step === "cancelled") return `${step.code} ${step.byUs ? "by us" : "by them"}`;
  return "goes on";
};
/** Sends a message to all devices of a user. */
async function toDevices(hs: BridgedServer, from: TestUser, to: UserId, type: string, content: object): Promise<void> {
  const txnId = encodeURIComponent(JSON.stringify(content));
  const { status } = await hs.server.requestAs(from, "PUT", `/sendToDevice/${type}/${txnId}`, { messages: { [to]: { "*": content } } });
  expect(status).toBe(200);
}

/** What has come of verifications to the devices of a user, up to the message that ends a test. */
async function heardBy(hs: BridgedServer, user: TestUser): Promise<string[]> {
  const { body } = await hs.server.requestAs<{
    to_device?: { events: { type: string; content: { transaction_id?: string; code?: string }; sender: string }[] };
  }>(user, "GET", "/sync");
  return (body.to_device?.events ?? []).map(({ type, content, sender }) =>
    [type, sender, content.transaction_id, content.code].filter((part) => part !== undefined).join(" "),
  );
}

describe("a request to verify a ghost", () => {
  it("is refused in a room, encrypted or not, and once", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await start(hs, hearing());
    await using alice = await person(hs, "alice");
    await alice.client.encryption.setup();
    const encrypted = await encryptedRoom(service, alice);
    const plain = await service.bot.createRoom({ preset: "private_chat", invite: [alice.userId] });
    await alice.client.rooms.join(plain);
    const ghost = service.intent(bobId(service));
    for (const roomId of [encrypted, plain]) {
      await ghost.sendText(roomId, "hello");
      await expect.poll(() => alice.client.rooms.get(roomId)?.members.get(ghost.userId)?.membership).toBe("join");
    }
    await ghost.enableEncryption();
    for (const [roomId, userId] of [
      [encrypted, ghost.userId],
      [plain, ghost.userId],
      [plain, service.bot.userId],
    ] as const) {
      await expect.poll(() => alice.client.encryption.identity(userId)).toBeDefined();
      expect(await end(await alice.client.encryption.verifyUser(userId, { room: roomId }))).toBe("m.unknown_method by them");
    }
    expect(await sentTypes(hs, encrypted, ghost.userId)).toEqual(["m.room.encrypted", "m.room.encrypted"]);
    expect(await sentTypes(hs, plain, ghost.userId)).toEqual(["m.room.message", "m.key.verification.cancel"]);
  });

  it("is refused between devices, but for what is over, and what somebody asks who is no ghost", async () => {
    await using hs = await bridgedServer({ encryption: true, serverName: "localhost", doublePuppets: true });
    const service = await start(hs, hearing());
    const [ghost, alice] = [service.intent(bobId(service)), await hs.server.register("alice")];
    const puppet = service.intent(alice.userId as UserId);
    for (const each of [ghost, puppet]) await each.enableEncryption();
    const { devices = [] } = await puppet.http.send(getDevices, {});
    const deviceId = devices.map(({ device_id: id }) => id).find((id) => id !== alice.deviceId);
    const from = { from_device: alice.deviceId, methods: ["m.sas.v1"], timestamp: Date.now() };
    const [request, begin] = ["m.key.verification.request", "m.key.verification.start"];
    // Alice's device that the service writes with is not the only one that she asks.
    const own = { type: request, sender: alice.userId, content: { ...from, transaction_id: "own" } };
    const message = { ...own, to_user_id: alice.userId, to_device_id: deviceId };
    expect(await transact(hs, "1", { events: [], "de.sorunome.msc2409.to_device": [message] })).toBe(200);
    await toDevices(hs, alice, ghost.userId, request, { ...from, transaction_id: "old", timestamp: Date.now() - 11 * 60_000 });
    await toDevices(hs, alice, ghost.userId, request, { ...from, transaction_id: 7 });
    await toDevices(hs, alice, ghost.userId, request, { ...from, transaction_id: "new" });
    await toDevices(hs, alice, ghost.userId, begin, { ...from, method: "m.sas.v1", transaction_id: "begun" });
    const told = (id: string): string => `m.key.verification.cancel ${ghost.userId} ${id} m.unknown_method`;
    const all = [told("new"), told("begun")];
    await expect.poll(() => heardBy(hs, alice)).toEqual(all);
    await service.queue.idle();
    expect(await heardBy(hs, alice)).toEqual(all);
  });

  it("brings no ghost into a room, and is told again where the homeserver was away", async () => {
    await using hs = await bridgedServer({ encryption: true });
    let isAway = false;
    const service = await start(hs, hearing(), {
      retry: { limit: 0 },
      fetch: async (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : String(input));
        if (!isAway || !pathname.includes("/sendToDevice/m.key.verification.cancel")) return fetch(input, init);
        isAway = false;
        return new Response("", { status: 502 });
      },
    });
    const [ghost, alice] = [service.intent(bobId(service)), await hs.server.register("alice")];
    await ghost.enableEncryption();
    const roomId = await encryptedRoom(service);
    const told: string[] = [];
    service.onAny(({ event_id: id }) => void told.push(id), { own: true });
    const first = await service.bot.sendText(roomId, "hello");
    await expect.poll(() => told).toContain(first);
    // From now on it is known who is there.
    await service.bot.sendText(roomId, "hello");
    const to = service.userId("_irc_carol");
    const content = { msgtype: "m.key.verification.request", body: "x", from_device: alice.deviceId, methods: ["m.sas.v1"], to };
    const event = {
      type: "m.room.message",
      event_id: "$asks",
      room_id: roomId,
      sender: alice.userId,
      origin_server_ts: Date.now(),
      content,
    };
    expect(await transact(hs, "1", { events: [event] })).toBe(200);
    await service.queue.idle();
    const keys = await hs.server.requestAs<{ device_keys: object }>(alice, "POST", "/keys/query", { device_keys: { [to]: [] } });
    expect(Object.values(keys.body.device_keys).flatMap((devices: object) => Object.keys(devices))).toEqual([]);
    isAway = true;
    const message = { from_device: alice.deviceId, methods: ["m.sas.v1"], timestamp: Date.now(), transaction_id: "again" };
    await toDevices(hs, alice, ghost.userId, "m.key.verification.request", message);
    await expect.poll(() => heardBy(hs, alice)).toEqual([`m.key.verification.cancel ${ghost.userId} again m.unknown_method`]);
    expect(isAway).toBe(false);
  });
});
