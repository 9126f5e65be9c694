/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What one has to know to drive the engine, each rule as a test: on a real server, with the real engine.
import type { JsonObject } from "@patrix/api";
import { type CryptoEngine, CryptoError, type KeyRecipients, openWasmEngine } from "@patrix/client-crypto";
import type { RoomId } from "@patrix/identifiers";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openTestDevice } from "./test-device.ts";

const settings = { algorithm: "m.megolm.v1.aes-sha2" };
const roomId = "!room:localhost" as RoomId;
const message = (body: string): { type: string; content: JsonObject } => ({ type: "m.room.message", content: { msgtype: "m.text", body } });
const events = { onRoomKeys: () => {}, onWithheld: () => {}, onIdentity: () => {}, onSecret: () => {} };

let server: TestHomeserver;
beforeAll(async () => {
  server = await testHomeserver();
});
afterAll(() => server[Symbol.asyncDispose]());

function eventOf(sender: string, content: JsonObject, at: number): JsonObject {
  return { type: "m.room.encrypted", event_id: `$${at}`, sender, origin_server_ts: at, room_id: roomId, content };
}

describe("rule 1: sharing a key and encrypting with it are one step", () => {
  it("however many events are encrypted at once, and however soon a key is used up", async () => {
    await using ann = await openTestDevice(server, await server.register("ann1"));
    await using bob = await openTestDevice(server, await server.register("bob1"));
    await Promise.all([ann.sync(), bob.sync()]);
    const recipients: KeyRecipients = {
      userIds: [ann.user.userId, bob.user.userId],
      settings: { ...settings, rotationPeriodMessages: 1 },
      historyVisibility: "shared",
    };
    const sent = await Promise.all(Array.from({ length: 24 }, (_, at) => ann.encryption.encrypt(roomId, message(`m${at}`), recipients)));
    expect(new Set(sent.map((content) => content["session_id"])).size).toBe(24);
    await bob.sync();
    for (const [at, content] of sent.entries()) {
      const decrypted = await bob.encryption.decrypt(roomId, eventOf(ann.user.userId, content, at));
      expect(decrypted).toMatchObject({ outcome: "decrypted", type: "m.room.message", content: { body: `m${at}` } });
    }
  });

  it("one claim of keys at a time, in whichever rooms", async () => {
    await using ann = await openTestDevice(server, await server.register("ann2"));
    await using bob = await openTestDevice(server, await server.register("bob2"));
    await Promise.all([ann.sync(), bob.sync()]);
    const recipients: KeyRecipients = { userIds: [ann.user.userId, bob.user.userId], settings, historyVisibility: "shared" };
    await Promise.all([1, 2, 3, 4].map((at) => ann.encryption.encrypt(`!${at}:localhost`, message("m"), recipients)));
    expect(ann.made.filter(({ id }) => id === "claimKeys")).toHaveLength(1);
  });

  it("devices are looked for again when something has changed, and only then", async () => {
    let looks = 0;
    const wrap = (engine: CryptoEngine): CryptoEngine =>
      Object.assign(Object.create(engine) as CryptoEngine, {
        ...bound(engine),
        encrypt: (...args: Parameters<CryptoEngine["encrypt"]>) => engine.encrypt(...args),
        missingSessions: (userIds: KeyRecipients["userIds"]) => {
          // Those of a sync are for nobody in particular.
          if (userIds.length > 0) looks += 1;
          return engine.missingSessions(userIds);
        },
      });
    await using ann = await openTestDevice(server, await server.register("ann20"), { wrap });
    await ann.sync();
    const user = await server.register("bob20");
    const recipients: KeyRecipients = { userIds: [ann.user.userId, user.userId], settings, historyVisibility: "shared" };
    for (const text of ["1", "2", "3"]) await ann.encryption.encrypt(roomId, message(text), recipients);
    expect(looks).toBe(1);
    await ann.encryption.encrypt(roomId, message("4"), { ...recipients, userIds: [ann.user.userId] });
    expect(looks).toBe(2);
    await ann.encryption.encrypt(roomId, message("5"), recipients);
    await using bob = await openTestDevice(server, user);
    await bob.sync();
    await ann.encryption.receiveSync({
      toDevice: [],
      changed: [user.userId],
      left: [],
      oneTimeKeyCounts: {},
      unusedFallbackKeys: undefined,
    });
    const content = await ann.encryption.encrypt(roomId, message("6"), recipients);
    await bob.sync();
    expect(await bob.encryption.decrypt(roomId, eventOf(ann.user.userId, content, 6))).toMatchObject({ content: { body: "6" } });
  });

  it("an engine that does not answer does not hold up the room for good", async () => {
    const never = new Promise<never>(() => {});
    let isStuck = true;
    const wrap = (engine: CryptoEngine): CryptoEngine =>
      Object.assign(Object.create(engine) as CryptoEngine, {
        identityKeys: engine.identityKeys,
        account: engine.account,
        dehydration: engine.dehydration,
        history: engine.history,
        verification: engine.verification,
        encrypt: (...args: Parameters<CryptoEngine["encrypt"]>) => (isStuck ? never : engine.encrypt(...args)),
        ...bound(engine),
      });
    await using ann = await openTestDevice(server, await server.register("ann3"), { wrap, encryptTimeoutMs: 50 });
    await ann.sync();
    const recipients: KeyRecipients = { userIds: [ann.user.userId], settings, historyVisibility: "shared" };
    await expect(ann.encryption.encrypt(roomId, message("m"), recipients)).rejects.toMatchObject({ code: "TIMEOUT" });
    isStuck = false;
    await expect(ann.encryption.encrypt(roomId, message("m"), recipients)).resolves.toHaveProperty("ciphertext");
  });
});

/** The methods of an engine but `encrypt`, for use by another object. */
function bound(engine: CryptoEngine): Partial<CryptoEngine> {
  return {
    receiveSync: (keys) => engine.receiveSync(keys),
    outgoingRequests: () => engine.outgoingRequests(),
    markAsSent: (request, response) => engine.markAsSent(request, response),
    trackUsers: (userIds) => engine.trackUsers(userIds),
    queryUsers: (userIds) => engine.queryUsers(userIds),
    missingSessions: (userIds) => engine.missingSessions(userIds),
    shareRoomKey: (id, recipients) => engine.shareRoomKey(id, recipients),
    close: () => engine.close(),
  };
}

describe("rule 2: what the engine consumes is made anew, and its errors have codes", () => {
  it("takes the same list of users twice", async () => {
    const engine = await openWasmEngine({ userId: "@ann:localhost", deviceId: "DEVICE", events });
    const userIds = ["@ann:localhost", "@bob:localhost"] as const;
    for (let round = 0; round < 2; round += 1) {
      await engine.trackUsers(userIds);
      await engine.receiveSync({ toDevice: [], changed: userIds, left: userIds, oneTimeKeyCounts: {}, unusedFallbackKeys: [] });
    }
    await engine.close();
    await expect(engine.outgoingRequests()).rejects.toMatchObject({ name: "CryptoError", code: "CLOSED" });
    await engine.close();
  });

  it("leaves out what a server calls a user and is none", async () => {
    const engine = await openWasmEngine({ userId: "@ann:localhost", deviceId: "DEVICE", events });
    const odd = ["@a:no_host", "@a:localhost:99999"] as const;
    const keys = { toDevice: [], changed: odd, left: odd, oneTimeKeyCounts: {}, unusedFallbackKeys: [] };
    await expect(engine.receiveSync(keys)).resolves.toEqual([]);
    await engine.close();
  });

  it("is closed only when it is at rest", async () => {
    const engine = await openWasmEngine({ userId: "@ann:localhost", deviceId: "DEVICE", events });
    let ended = 0;
    const running = [engine.outgoingRequests(), engine.trackUsers(["@bob:localhost"]), engine.outgoingRequests()];
    for (const call of running) void call.then(() => (ended += 1));
    await engine.close();
    expect(ended).toBe(3);
  });

  it("wraps what it throws", async () => {
    const engine = await openWasmEngine({ userId: "@ann:localhost", deviceId: "DEVICE", events });
    await expect(engine.trackUsers(["no user" as never])).rejects.toBeInstanceOf(CryptoError);
    await expect(engine.decrypt(roomId, { type: "m.room.encrypted" })).resolves.toMatchObject({ outcome: "undecryptable" });
    await expect(
      engine.shareRoomKey(roomId, { userIds: [], settings: { algorithm: "m.other" }, historyVisibility: "shared" }),
    ).rejects.toMatchObject({ code: "UNSUPPORTED_ALGORITHM" });
    await engine.close();
  });
});

describe("rule 3: what the engine wants sent goes out once at a time, until it was taken in", () => {
  it("whoever asks meanwhile shares the next pass", async () => {
    await using ann = await openTestDevice(server, await server.register("ann4"));
    await Promise.all(Array.from({ length: 6 }, () => ann.encryption.flush()));
    expect(ann.made.filter(({ id }) => id === "uploadKeys")).toHaveLength(1);
  });

  it("a request that fails does not stop the others, and comes again", async () => {
    await using ann = await openTestDevice(server, await server.register("ann5"));
    let failures = 1;
    ann.before = () => {
      if (failures-- > 0) throw new Error("no network");
    };
    await expect(ann.encryption.flush()).rejects.toThrow("no network");
    const before = ann.made.length;
    expect(before).toBeGreaterThan(1);
    await ann.encryption.flush();
    expect(ann.made.slice(before).map(({ id }) => id)).toContain(ann.made[0]?.id);
    expect(ann.made.filter(({ id }) => id === "uploadKeys")).toHaveLength(1);
  });

  it("a message to a device keeps its transaction ID over retries", async () => {
    await using ann = await openTestDevice(server, await server.register("ann6"));
    await using bob = await openTestDevice(server, await server.register("bob6"));
    await Promise.all([ann.sync(), bob.sync()]);
    const recipients: KeyRecipients = { userIds: [ann.user.userId, bob.user.userId], settings, historyVisibility: "shared" };
    let failures = 2;
    ann.before = (id) => {
      if (id === "sendToDevice" && failures-- > 0) throw new Error("no network");
    };
    for (let round = 0; round < 2; round += 1)
      await expect(ann.encryption.encrypt(roomId, message("m"), recipients)).rejects.toThrow("no network");
    const content = await ann.encryption.encrypt(roomId, message("m"), recipients);
    const paths = ann.made
      .filter(({ id }) => id === "sendToDevice")
      .map(({ request }) => (request as { path: { txnId: string } }).path.txnId);
    expect(new Set(paths).size).toBe(1);
    await bob.sync();
    expect(await bob.encryption.decrypt(roomId, eventOf(ann.user.userId, content, 1))).toMatchObject({ outcome: "decrypted" });
  });

  it("what has no ID is not reported back", async () => {
    const engine = await openWasmEngine({ userId: "@ann:localhost", deviceId: "DEVICE", events });
    await expect(engine.markAsSent({ id: undefined, kind: "signatures-upload", body: {} }, {})).resolves.toBeUndefined();
    await engine.close();
  });
});

describe("a device that the server knows with other keys", () => {
  it("is refused before anything is published, with the two ways out", async () => {
    const user = await server.register("ann7");
    {
      await using ann = await openTestDevice(server, user);
      await ann.sync();
    }
    await using again = await openTestDevice(server, user);
    const refusal = { code: "DEVICE_KEYS_LOST", message: expect.stringMatching(/bring back the store.*log in again/) };
    await expect(again.sync()).rejects.toMatchObject(refusal);
    await expect(again.sync()).rejects.toMatchObject(refusal);
    const recipients: KeyRecipients = { userIds: [user.userId], settings, historyVisibility: "shared" };
    await expect(again.encryption.encrypt(roomId, message("m"), recipients)).rejects.toMatchObject(refusal);
    expect(again.made.map(({ id }) => id)).not.toContain("uploadKeys");
  });
});

describe("what is encrypted for a room", () => {
  it("is never taken for a redaction, which is the server's to apply", async () => {
    await using ann = await openTestDevice(server, await server.register("ann8"));
    await ann.sync();
    const recipients: KeyRecipients = { userIds: [ann.user.userId], settings, historyVisibility: "shared" };
    const content = await ann.encryption.encrypt(roomId, { type: "m.room.redaction", content: { redacts: "$victim" } }, recipients);
    expect(await ann.encryption.decrypt(roomId, eventOf(ann.user.userId, content, 1))).toMatchObject({
      outcome: "undecryptable",
      reason: expect.stringContaining("m.room.redaction"),
    });
  });

  it("is read in its room and from its sender alone", async () => {
    await using ann = await openTestDevice(server, await server.register("ann9"));
    await ann.sync();
    const recipients: KeyRecipients = { userIds: [ann.user.userId], settings, historyVisibility: "shared" };
    const content = await ann.encryption.encrypt(roomId, message("m"), recipients);
    const event = eventOf(ann.user.userId, content, 1);
    expect(await ann.encryption.decrypt(roomId, event)).toMatchObject({ outcome: "decrypted" });
    expect(await ann.encryption.decrypt("!other:localhost", event)).toMatchObject({ outcome: "undecryptable" });
    expect(await ann.encryption.decrypt(roomId, { ...event, sender: "@eve:localhost" })).toMatchObject({ outcome: "undecryptable" });
  });

  it("stays encrypted, and as well, whatever is said later", async () => {
    await using ann = await openTestDevice(server, await server.register("ann10"));
    await ann.encryption.rememberRoom(roomId, { ...settings, rotationPeriodMessages: 7 });
    await expect(ann.encryption.rememberRoom(roomId, { algorithm: "m.none" })).rejects.toMatchObject({ code: "UNSUPPORTED_ALGORITHM" });
    expect(await ann.encryption.roomSettings(roomId)).toMatchObject({ ...settings, rotationPeriodMessages: 7 });
    expect(await ann.encryption.roomSettings("!plain:localhost")).toBeUndefined();
  });
});
