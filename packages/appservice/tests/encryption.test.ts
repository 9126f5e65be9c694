/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// Bridges in encrypted rooms: the bot reads, ghosts write with devices of their own, and people have real clients with encryption.
import { once } from "node:events";
import { createServer } from "node:http";
import { json } from "node:stream/consumers";
import { getDevices } from "@patrix/client-api";
import { describe, expect, it } from "vitest";
import { type BridgedServer, bridgedServer, transact } from "./bridged-server.ts";
import { bobId, encryptedRoom, hearing, megolm, person, say, sentTypes, start } from "./encrypted-scene.ts";

interface Told {
  readonly events: { readonly type: string }[];
  readonly to_device: object[];
}

/** Takes transactions in the place of a service that is stopped, until it has what a test wants. */
async function whatIsTold(hs: BridgedServer, act: () => Promise<(told: Told) => boolean>): Promise<Told> {
  const told: Told = { events: [], to_device: [] };
  const server = createServer(async (request, response) => {
    const body = (await json(request)) as Partial<Told> & { readonly "de.sorunome.msc2409.to_device"?: object[] };
    told.events.push(...(body.events ?? []));
    told.to_device.push(...(body.to_device ?? body["de.sorunome.msc2409.to_device"] ?? []));
    response.setHeader("content-type", "application/json").end("{}");
  });
  await once(server.listen(Number(new URL(hs.registration.url ?? "").port), "127.0.0.1"), "listening");
  const isEnough = await act();
  await expect.poll(() => isEnough(told)).toBe(true);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return told;
}

describe("in an encrypted room", () => {
  it("the bot reads what people say, and ghosts answer with devices of their own that are signed", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const heard = hearing();
    const service = await start(hs, heard);
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    await say(alice, roomId, "hello");
    await expect.poll(() => heard.lines).toEqual(["@alice hello (encrypted)"]);
    for (const name of ["bob", "carol"]) {
      const ghost = service.intent(service.userId(`_irc_${name}`));
      await ghost.sendText(roomId, `I am ${name}`);
      await expect.poll(() => alice.heard.join()).toContain(`I am ${name}`);
      // Who answers has asked whose devices there are.
      await say(alice, roomId, `hello ${name}`);
      await ghost.sendText(roomId, `${name} again`);
      await expect.poll(() => alice.heard.at(-1)).toBe(`@_irc_${name} ${name} again (ok)`);
    }
    await service.bot.sendNotice(roomId, "I am the bot");
    await expect.poll(() => alice.heard.at(-1)).toBe("@_irc_bot I am the bot (ok)");
    expect(await sentTypes(hs, roomId, bobId(service))).toEqual(["m.room.encrypted", "m.room.encrypted"]);
    // One device each.
    for (const userId of [bobId(service), service.bot.userId])
      expect((await service.intent(userId).http.send(getDevices, {})).devices).toHaveLength(1);
  });

  it("nothing is said in the clear: not by who has not heard yet that it is encrypted, and not by a service without encryption", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const service = await start(hs, hearing());
    await using alice = await person(hs, "alice");
    const roomId = await service.bot.createRoom({ preset: "private_chat", invite: [alice.userId] });
    await alice.client.rooms.join(roomId);
    const ghost = service.intent(bobId(service));
    await ghost.sendText(roomId, "in the clear");
    const path = `/_matrix/client/v3/rooms/${roomId}/state/m.room.encryption`;
    expect((await hs.server.request("PUT", path, megolm, hs.registration.as_token)).status).toBe(200);
    // The homeserver has not told of it yet, or the service has not handled it.
    await ghost.sendText(roomId, "encrypted");
    expect(await sentTypes(hs, roomId, bobId(service))).toEqual(["m.room.message", "m.room.encrypted"]);
    const without = await hs.start(() => {});
    const refusal = { code: "ROOM_IS_ENCRYPTED", message: expect.stringContaining("nothing was sent") };
    await expect(without.intent(bobId(without)).sendText(roomId, "no")).rejects.toMatchObject(refusal);
    await expect(without.intent(bobId(without)).enableEncryption()).rejects.toMatchObject({ code: "INVALID_OPTIONS" });
    expect(await sentTypes(hs, roomId, bobId(without))).toHaveLength(2);
  });

  it("both sides go on after a restart, with the same devices, and what was said meanwhile is read", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const heard = hearing();
    const service = await start(hs, heard);
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    await say(alice, roomId, "before");
    await service.intent(bobId(service)).sendText(roomId, "ghost before");
    await expect.poll(() => [heard.lines.length, alice.heard.length]).toEqual([1, 1]);
    const before = await service.intent(bobId(service)).http.send(getDevices, {});
    await hs.stop();
    for (let i = 0; i < 5; i += 1) await say(alice, roomId, `while it was away ${i}`);
    const again = await start(hs, heard);
    const missed = Array.from({ length: 5 }, (_, i) => `@alice while it was away ${i} (encrypted)`);
    await expect.poll(() => heard.lines).toEqual(["@alice before (encrypted)", ...missed]);
    await again.intent(bobId(again)).sendText(roomId, "ghost after");
    await expect.poll(() => alice.heard.at(-1)).toBe("@_irc_bob ghost after (ok)");
    const { devices } = await again.intent(bobId(again)).http.send(getDevices, {});
    expect(devices?.map(({ device_id: id }) => id)).toEqual(before.devices?.map(({ device_id: id }) => id));
  });

  it("a ghost reads where the bot is not, also after a restart", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const heard = hearing();
    const service = await start(hs, heard);
    await using alice = await person(hs, "alice");
    const ghost = service.intent(bobId(service));
    await ghost.enableEncryption();
    const room = await alice.client.rooms.create({ encrypted: true, invite: [ghost.userId] });
    await ghost.join(room.id);
    await expect.poll(() => room.members.get(ghost.userId)?.membership).toBe("join");
    await room.send.text("only for bob");
    await expect.poll(() => heard.lines).toEqual(["@alice only for bob (encrypted)"]);
    await start(hs, heard);
    await room.send.text("and again");
    await expect.poll(() => heard.lines.at(-1)).toBe("@alice and again (encrypted)");
    expect(heard.lines).toHaveLength(2);
  });

  it("what was said before the key came is handled when it comes, once, and what could not be read is told", async () => {
    await using hs = await bridgedServer({ encryption: true });
    const heard = hearing();
    const service = await start(hs, heard);
    await using alice = await person(hs, "alice");
    const roomId = await encryptedRoom(service, alice);
    await say(alice, roomId, "one");
    await expect.poll(() => heard.lines).toHaveLength(1);
    await hs.stop();
    const told = await whatIsTold(hs, async () => {
      await say(alice, roomId, "held back");
      return ({ events, to_device: messages }) => events.some(({ type }) => type === "m.room.encrypted") && messages.length > 0;
    });
    await start(hs, heard);
    expect(await transact(hs, "early", { events: told.events })).toBe(200);
    await expect.poll(() => heard.lines.at(-1)).toMatch(/^undecryptable: /);
    // The key is away over a restart.
    const again = await start(hs, heard);
    await again.queue.idle();
    expect(await transact(hs, "late", { events: [], to_device: told.to_device })).toBe(200);
    await expect.poll(() => heard.lines.at(-1)).toBe("@alice held back (encrypted)");
    await (await start(hs, heard)).queue.idle();
    expect(heard.lines).toHaveLength(3);
  });
});
