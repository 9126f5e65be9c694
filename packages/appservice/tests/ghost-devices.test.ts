/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// The devices of ghosts: made once, open when they are needed, replaced when they are lost, and supplied with keys.
import { rm } from "node:fs/promises";
import { memoryStore } from "@patrix/appservice";
import { deleteDevice, getDevices, queryKeys, uploadKeys } from "@patrix/client-api";
import type { UserId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { bridgedServer } from "./bridged-server.ts";
import { bobId, encryptedRoom, hearing, person, say, start } from "./encrypted-scene.ts";

describe("the devices of ghosts", () => {
  it("are more than may be open at once, and hear of new devices of people while they are closed", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const heard = hearing();
    const service = await start(hs, heard, { encryption: { openDevices: 2 } });
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    const ghosts = Array.from({ length: 6 }, (_, i) => service.intent(service.userId(`_irc_g${i}`)));
    await Promise.all(ghosts.map((ghost, i) => ghost.sendText(roomId, `one ${i}`)));
    await expect.poll(() => alice.heard).toHaveLength(6);
    // A device that none of them knows.
    await using second = await person(hs, "alice", { isRegistered: true });
    await say(second, roomId, "from my other device");
    await expect.poll(() => heard.lines.at(-1)).toBe("@alice from my other device (encrypted)");
    await service.queue.idle();
    await Promise.all(ghosts.map((ghost, i) => ghost.sendText(roomId, `two ${i}`)));
    await expect.poll(() => second.heard.filter((line) => line.includes(" two "))).toHaveLength(6);
    expect(second.heard.filter((line) => line.includes("undecryptable"))).toEqual([]);
  });

  it("are made by a login where the homeserver knows no other way", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const paths: string[] = [];
    const service = await start(hs, hearing(), {
      fetch: async (input, init) => {
        const { pathname } = new URL(input instanceof Request ? input.url : String(input));
        paths.push(`${init?.method ?? "GET"} ${pathname}`);
        if (init?.method === "PUT" && pathname.includes("/devices/"))
          return Response.json({ errcode: "M_NOT_FOUND", error: "x" }, { status: 404 });
        return fetch(input, init);
      },
    });
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    await service.intent(bobId(service)).sendText(roomId, "hello");
    await expect.poll(() => alice.heard).toHaveLength(1);
    expect(alice.heard[0]).toMatch(/^@_irc_bob hello/);
    expect(paths.filter((path) => path.startsWith("POST") && path.endsWith("/login"))).toHaveLength(2);
  });

  it("are replaced where the homeserver does not know them any more, and where their keys are lost", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await start(hs, hearing());
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    const ghost = service.intent(bobId(service));
    await ghost.sendText(roomId, "first device");
    const deviceOf = async (of = service): Promise<string> => {
      const { devices = [] } = await of.intent(bobId(of)).http.send(getDevices, {});
      expect(devices).toHaveLength(1);
      return devices[0]?.device_id ?? "";
    };
    const first = await deviceOf();
    await ghost.http.send(deleteDevice, { path: { deviceId: first } });
    await ghost.sendText(roomId, "second device");
    const second = await deviceOf();
    expect(second).not.toBe(first);
    await hs.stop();
    for (const end of ["", "-wal", "-shm"]) await rm(`${hs.storePath}-keys${end}`, { force: true });
    const heard = hearing();
    const again = await start(hs, heard);
    await again.intent(bobId(again)).sendText(roomId, "third device");
    expect(await deviceOf(again)).not.toBe(second);
    const said = ["first", "second", "third"].map((nth) => expect.stringContaining(`${nth} device`));
    await expect.poll(() => alice.heard).toEqual(said);
    await say(alice, roomId, "can you hear me");
    await expect.poll(() => heard.lines).toEqual(["@alice can you hear me (encrypted)"]);
  });

  it("get new one-time keys before they run out, also while they are closed", async () => {
    await using hs = await bridgedServer({ encryption: true });
    let service = await start(hs, hearing());
    const ghost = service.intent(bobId(service));
    await ghost.enableEncryption();
    const { devices = [] } = await ghost.http.send(getDevices, {});
    const deviceId = devices[0]?.device_id ?? "";
    const left = async (): Promise<number> => {
      const { one_time_key_counts: counts } = await service.intent(ghost.userId).asDevice(deviceId).http.send(uploadKeys, { body: {} });
      return counts["signed_curve25519"] ?? 0;
    };
    expect(await left()).toBe(50);
    // Closed, as after a restart.
    service = await start(hs, hearing());
    const alice = await hs.server.register("alice");
    const claim = { one_time_keys: { [ghost.userId]: { [deviceId]: "signed_curve25519" } } };
    // What was told at the beginning may still be under way, and may lead to new keys too.
    for (let i = 0; i < 300 && (await left()) > 20; i += 1) await hs.server.requestAs(alice, "POST", "/keys/claim", claim);
    await service.queue.idle();
    expect(await left()).toBeLessThanOrEqual(20);
    const messages = { messages: { [ghost.userId]: { [deviceId]: { n: 1 } } } };
    await hs.server.requestAs(alice, "PUT", "/sendToDevice/org.example.nothing/1", messages);
    await expect.poll(left).toBeGreaterThanOrEqual(50);
  });

  it("of people whom the service speaks for are theirs beside their own, and their identity stays", async () => {
    await using hs = await bridgedServer({ encryption: true, serverName: "localhost", doublePuppets: true });
    const heard = hearing();
    const service = await start(hs, heard);
    await using alice = await person(hs, "alice");
    await using bob = await person(hs, "bob");
    await alice.client.encryption.setup();
    const identity = async (): Promise<unknown> => {
      const { master_keys: keys } = await service.bot.http.send(queryKeys, { body: { device_keys: { [alice.userId]: [] } } });
      return keys?.[alice.userId as UserId]?.keys;
    };
    const before = await identity();
    const roomId = await encryptedRoom(service, alice, bob);
    await service.intent(alice.userId).sendText(roomId, "from the other network");
    await expect.poll(() => bob.heard).toHaveLength(1);
    expect(bob.heard[0]).toMatch(/^@alice from the other network/);
    await say(alice, roomId, "from here");
    await expect.poll(() => heard.lines).toEqual(["@alice from here (encrypted)"]);
    expect([before !== undefined, await identity()]).toEqual([true, before]);
  });
});

describe("createAppservice", () => {
  it("says what encryption needs", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const store = memoryStore<string>();
    const refusal = { code: "INVALID_OPTIONS", message: expect.stringMatching(/^encryption: needs a store/) };
    await expect(hs.start(() => {}, { encryption: true, store })).rejects.toMatchObject(refusal);
    await using plain = await bridgedServer();
    const other = { code: "INVALID_OPTIONS", message: expect.stringContaining("org.matrix.msc3202") };
    await expect(plain.start(() => {}, { encryption: true })).rejects.toMatchObject(other);
  });
});
