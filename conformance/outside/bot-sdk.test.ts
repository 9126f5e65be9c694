// matrix-bot-sdk as a bot and as an application service, in plain rooms: its native module for encryption is not on npm.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import type * as BotSdk from "matrix-bot-sdk";
import { beforeAll, expect, it } from "vitest";
import { freePort } from "./free-port.ts";
import { startLoggingProxy } from "./logging-proxy.ts";
import { RoomWatcher } from "./room-watcher.ts";

let sdk: typeof BotSdk;

beforeAll(() => {
  const require = createRequire(import.meta.url);
  const path = createRequire(require.resolve("matrix-bot-sdk")).resolve("@matrix-org/matrix-sdk-crypto-nodejs");
  const enums = new Proxy({}, { get: () => 0 });
  const exports = new Proxy({}, { get: () => enums });
  require.cache[path] = { id: path, filename: path, loaded: true, exports } as unknown as NodeJS.Module;
  sdk = require("matrix-bot-sdk") as typeof BotSdk;
  sdk.LogService.setLevel(sdk.LogLevel.ERROR);
});

it("matrix-bot-sdk 0.8 answers as a bot", { timeout: 120_000 }, async () => {
  await using server = await testHomeserver();
  await using proxy = await startLoggingProxy(server.url);
  const [alice, robot] = [await server.register("alice"), await server.register("robot")];
  const bot = new sdk.MatrixClient(proxy.url, robot.accessToken, new sdk.MemoryStorageProvider());
  sdk.AutojoinRoomsMixin.setupOnClient(bot);
  bot.on("room.message", (roomId: string, event: { sender: string; content: { body?: string } }) => {
    if (event.sender === alice.userId) void bot.replyText(roomId, event, `you said ${event.content.body}`);
  });
  await bot.setDisplayName("Robot");
  await bot.start();
  const watcher = new RoomWatcher(server, alice);
  const roomId = await server.createRoom(alice, { invite: [robot.userId] });
  await watcher.until("the bot's join", async () => (await joined(server, alice, roomId)).includes(robot.userId));
  await watcher.say(roomId, "hello");
  const answer = await watcher.until("an answer", () => watcher.seen.find(({ sender }) => sender === robot.userId));
  expect(answer.body).toContain("you said hello");
  bot.stop();
  expect(await bot.getJoinedRoomMembers(roomId)).toEqual([alice.userId, robot.userId]);
  expect(proxy.tally().filter(([line]) => line.startsWith("5"))).toEqual([]);
  expect(proxy.unserved()).toEqual([]);
});

it("matrix-bot-sdk 0.8 serves as an application service", { timeout: 120_000 }, async () => {
  const { folder, file, port, registration } = await echoRegistration();
  await using server = await testHomeserver({ config: { app_service_files: [file], rate_limits: { enabled: true } } });
  await using proxy = await startLoggingProxy(server.url);
  const alice = await server.register("alice");
  const service = new sdk.Appservice({
    port,
    bindAddress: "127.0.0.1",
    homeserverName: "localhost",
    homeserverUrl: proxy.url,
    registration,
    storage: new sdk.MemoryStorageProvider(),
  });
  const typists: string[] = [];
  service.on("ephemeral.event", (event: { type: string; content: { user_ids?: string[] } }) => {
    if (event.type === "m.typing") typists.push(...(event.content.user_ids ?? []));
  });
  service.on("query.user", (_userId: string, create: (profile: object) => void) => create({ display_name: "Echo" }));
  service.on("query.room", (_alias: string, create: (room: object) => void) => create({ name: "An echo", preset: "public_chat" }));
  const echo = service.getIntent("_echo_one");
  service.on("room.message", (roomId: string, event: { sender: string; content: { body?: string } }) => {
    if (!service.isNamespacedUser(event.sender)) void echo.sendText(roomId, `${event.content.body}?`);
  });
  await service.begin();
  try {
    await service.botIntent.ensureRegistered();
    // Whoever joins by a name that nobody has yet makes the service make the room.
    const alias = encodeURIComponent("#_echo_room:localhost");
    const found = await server.requestAs(alice, "POST", `/join/${alias}`, {});
    expect(found.status).toBe(200);
    const roomId = String(found.body["room_id"]);
    await echo.ensureRegisteredAndJoined(roomId);
    const profile = await server.requestAs(alice, "GET", "/profile/@_echo_two:localhost");
    expect(profile).toMatchObject({ status: 200, body: { displayname: "Echo" } });
    const watcher = new RoomWatcher(server, alice);
    await server.requestAs(alice, "PUT", `/rooms/${encodeURIComponent(roomId)}/typing/${alice.userId}`, { typing: true, timeout: 30_000 });
    await watcher.say(roomId, "hello");
    const answer = await watcher.until("an echo", () => watcher.seen.find(({ sender }) => sender === "@_echo_one:localhost"));
    expect(answer.body).toBe("hello?");
    await watcher.until("who typed", () => typists.includes(alice.userId));
    await service.setRoomDirectoryVisibility("network", roomId, "public");
    expect(proxy.tally().filter(([line]) => /^(5|429)/.test(line))).toEqual([]);
    expect(proxy.unserved()).toEqual([]);
  } finally {
    service.stop();
    await rm(folder, { recursive: true });
  }
});

it(
  "matrix-bot-sdk 0.8 gets transactions over restarts of the server and of itself, each once and in order",
  { timeout: 180_000 },
  async () => {
    const { folder, file, port, registration } = await echoRegistration();
    const start = () =>
      testHomeserver({ dataDir: join(folder, "data"), config: { app_service_files: [file], rate_limits: { enabled: true } } });
    let server = await start();
    await using proxy = await startLoggingProxy(() => server.url);
    const storage = new sdk.MemoryStorageProvider();
    const heard: string[] = [];
    /** Begins as a process does that is started again: only its storage is what it was. */
    const serve = async (): Promise<InstanceType<typeof sdk.Appservice>> => {
      const service = new sdk.Appservice({
        port,
        bindAddress: "127.0.0.1",
        homeserverName: "localhost",
        homeserverUrl: proxy.url,
        registration,
        storage,
      });
      service.on("room.message", (_roomId: string, event: { sender: string; content: { body?: string } }) => {
        if (!service.isNamespacedUser(event.sender)) heard.push(String(event.content.body));
      });
      await service.begin();
      return service;
    };
    let service = await serve();
    try {
      const alice = await server.register("alice");
      const rooms: string[] = [];
      for (const ghost of ["_echo_one", "_echo_two"]) {
        const intent = service.getIntent(ghost);
        await intent.ensureRegistered();
        const roomId = await server.createRoom(alice, { preset: "private_chat", invite: [intent.userId] });
        await intent.underlyingClient.setDisplayName(`Ghost ${ghost}`);
        await intent.joinRoom(roomId);
        expect(await intent.getJoinedRooms()).toEqual([roomId]);
        rooms.push(roomId);
      }
      const said: string[] = [];
      const say = async (count: number): Promise<void> => {
        for (let i = 0; i < count; i++) {
          said.push(`line ${said.length}`);
          const path = `/rooms/${rooms[said.length % 2]}/send/m.room.message/${said.length}`;
          expect((await server.requestAs(alice, "PUT", path, { msgtype: "m.text", body: said.at(-1) })).status).toBe(200);
        }
      };
      await say(10);
      await expect.poll(() => heard.length, { timeout: 20_000 }).toBe(said.length);
      // The service is away, and then the server too: what waits is stored.
      service.stop();
      await say(30);
      await server.stop();
      server = await start();
      await say(10);
      service = await serve();
      await expect.poll(() => heard.length, { timeout: 90_000 }).toBe(said.length);
      // The server is started again while the service listens.
      await server.stop();
      server = await start();
      await say(10);
      await expect.poll(() => heard.length, { timeout: 90_000 }).toBe(said.length);
      expect(heard).toEqual(said);
      // Ghosts are who they were, without logging in again.
      const one = service.getIntent("_echo_one");
      await one.sendText(rooms[0] ?? "", "still here");
      expect(await one.underlyingClient.getUserProfile("@_echo_one:localhost")).toMatchObject({ displayname: "Ghost _echo_one" });
      // The library asks the server something about each leave that it hears of, and lets nobody catch the failure of that.
      const heardOfLeave = new Promise((resolve) => service.once("room.leave", resolve));
      await one.leaveRoom(rooms[0] ?? "");
      await heardOfLeave;
      expect(await joined(server, alice, rooms[0] ?? "")).toEqual([alice.userId]);
      expect(proxy.tally().filter(([line]) => /^(5|429)/.test(line))).toEqual([]);
      expect(proxy.unserved()).toEqual([]);
    } finally {
      service.stop();
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    }
  },
);

/** Writes the registration file of a service that echoes. */
async function echoRegistration() {
  const folder = await mkdtemp(join(tmpdir(), "patrix-bot-sdk-"));
  const port = await freePort();
  const registration = {
    id: "echo",
    url: `http://127.0.0.1:${port}`,
    as_token: "as-token-of-echo",
    hs_token: "hs-token-of-echo",
    sender_localpart: "_echo_bot",
    namespaces: {
      users: [{ exclusive: true, regex: "@_echo_.*" }],
      aliases: [{ exclusive: true, regex: "#_echo_.*" }],
      rooms: [],
    },
    protocols: ["echo"],
    rate_limited: false,
    "de.sorunome.msc2409.push_ephemeral": true,
  };
  const file = join(folder, "echo.json");
  await writeFile(file, JSON.stringify(registration));
  return { folder, file, port, registration };
}

/** The members of a room, as one of them sees them. */
async function joined(
  server: Awaited<ReturnType<typeof testHomeserver>>,
  user: Parameters<typeof server.requestAs>[0],
  roomId: string,
): Promise<string[]> {
  const { body } = await server.requestAs(user, "GET", `/rooms/${encodeURIComponent(roomId)}/joined_members`);
  return Object.keys(body["joined"] ?? {});
}
