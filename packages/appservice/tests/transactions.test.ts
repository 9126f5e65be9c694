/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What the homeserver tells a service: once, in order, over restarts of both, and whatever handlers do.
import { createRegistration, memoryStore, RetryLater } from "@patrix/appservice";
import type { RoomId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { bridgedServer, transact } from "./bridged-server.ts";
import { shutGate } from "./shut-gate.ts";

const at = (i: number): string => `message ${i}`;

const event = (id: string, more: object = {}): object => ({
  type: "m.room.message",
  event_id: `$${id}`,
  room_id: "!room:localhost",
  sender: "@alice:localhost",
  origin_server_ts: 1,
  content: { msgtype: "m.text", body: id },
  ...more,
});

describe("events", () => {
  it("come to the handlers of their type, in order, and the service's own to nobody who has not asked", async () => {
    await using hs = await bridgedServer();
    const heard: string[] = [];
    const own: string[] = [];
    const service = await hs.start((each) => {
      each.on("m.room.message", (message) => heard.push(String(message.content.body)));
      each.on("m.room.topic", (topic) => heard.push(`topic ${topic.content.topic}`));
      each.on("m.room.message", ({ sender }) => own.push(sender), { own: true });
    });
    const alice = await hs.server.register("alice");
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    const ghost = service.intent(service.userId("_irc_bob"));
    await ghost.sendText(roomId, "of a ghost");
    for (let i = 0; i < 5; i++) await hs.say(alice, roomId, at(i));
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/state/m.room.topic`, { topic: "tea" });
    await expect.poll(() => heard.length).toBe(6);
    expect(heard).toEqual([at(0), at(1), at(2), at(3), at(4), "topic tea"]);
    expect(own).toEqual([ghost.userId, ...Array.from({ length: 5 }, () => alice.userId)]);
  });

  it("that the service missed come when it is back, and those that were being handled come first, again", async () => {
    await using hs = await bridgedServer();
    const alice = await hs.server.register("alice");
    const seen: string[] = [];
    const cut = shutGate();
    const first = await hs.start((service) =>
      service.on("m.room.message", async (message, { signal }) => {
        seen.push(`first ${message.content.body}`);
        cut.open();
        await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
        throw new Error("the process is killed");
      }),
    );
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    await first.bot.join(roomId);
    await hs.say(alice, roomId, at(0));
    await hs.say(alice, roomId, at(1));
    await cut.opened;
    await hs.stop();
    await hs.say(alice, roomId, at(2));
    await hs.start((service) => service.on("m.room.message", (message) => seen.push(`second ${message.content.body}`)));
    // What the service does tells the homeserver that it is there again.
    await expect.poll(() => seen.length).toBe(4);
    expect(seen).toEqual([`first ${at(0)}`, `second ${at(0)}`, `second ${at(1)}`, `second ${at(2)}`]);
  });

  it("whose handler fails are handled again before what comes after them, and what was sent is not sent twice", async () => {
    await using hs = await bridgedServer();
    let failures = 0;
    const service = await hs.start((each) =>
      each.on("m.room.message", async (message) => {
        await each.intent(each.userId("_irc_echo")).sendText(message.room_id, `heard ${message.content.body}`);
        if (message.content.body === at(0) && failures++ < 2) throw new Error("after the echo");
        await each.bot.sendNotice(message.room_id, `done ${message.content.body}`);
      }),
    );
    const alice = await hs.server.register("alice");
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    await service.bot.join(roomId);
    await hs.say(alice, roomId, at(0));
    await hs.say(alice, roomId, at(1));
    await expect.poll(() => hs.said(alice, roomId)).toHaveLength(6);
    await service.queue.idle();
    const texts = await hs.said(alice, roomId);
    expect(texts.filter((text) => !text.startsWith("@alice"))).toEqual([
      `@_irc_echo heard ${at(0)}`,
      `@_irc_bot done ${at(0)}`,
      `@_irc_echo heard ${at(1)}`,
      `@_irc_bot done ${at(1)}`,
    ]);
    expect(failures).toBe(3);
  });

  it("that nobody can handle are set aside, and the room goes on", async () => {
    await using hs = await bridgedServer();
    const heard: string[] = [];
    const clock = { now: () => Date.now(), sleep: async (_: number, signal?: AbortSignal) => signal?.throwIfAborted() };
    const service = await hs.start(
      (each) =>
        each.on("m.room.message", (message) => {
          if (message.content.body === "poison") throw new Error("no");
          heard.push(String(message.content.body));
        }),
      { clock },
    );
    expect(await transact(hs, "1", { events: [event("poison"), event("cure")] })).toBe(200);
    await expect.poll(() => heard).toEqual(["cure"]);
    expect(await service.queue.setAside()).toMatchObject([{ lane: "!room:localhost", reason: "Error: no" }]);
  });
});

describe("a transaction", () => {
  it("is taken once by its ID, also after a restart, and by nobody but the homeserver", async () => {
    await using hs = await bridgedServer();
    const heard: string[] = [];
    const start = () => hs.start((service) => service.on("m.room.message", (message) => heard.push(String(message.content.body))));
    await start();
    expect(await transact(hs, "1", { events: [event("a")] }, "guess")).toBe(403);
    expect(await Promise.all([1, 2, 3].map(() => transact(hs, "1", { events: [event("a")] })))).toEqual([200, 200, 200]);
    await start();
    expect(await transact(hs, "1", { events: [event("a")] })).toBe(200);
    expect(await transact(hs, "2", { events: [event("b")] })).toBe(200);
    await expect.poll(() => heard).toEqual(["a", "b"]);
  });

  it("that cannot be stored is refused and comes again; so does one that finds too much waiting", async () => {
    await using hs = await bridgedServer();
    const heard: string[] = [];
    const service = await hs.start((each) => each.on("m.room.message", (message) => heard.push(String(message.content.body))));
    const store = service.store as { write: typeof service.store.write };
    const { write } = store;
    store.write = () => Promise.reject(new Error("the disk is full"));
    expect(await transact(hs, "1", { events: [event("a")] })).toBe(500);
    store.write = write;
    expect(await transact(hs, "1", { events: [event("a")] })).toBe(200);
    await service.queue.idle();
    expect(heard).toEqual(["a"]);
    await using full = await bridgedServer();
    const gate = shutGate();
    const slow = await full.start((each) =>
      each.on("m.room.message", async () => {
        await gate.opened;
        throw new RetryLater("the test is over");
      }),
    );
    const many = Array.from({ length: 10_000 }, (_, i) => event(`e${i}`));
    expect(await transact(full, "1", { events: many })).toBe(200);
    expect(await transact(full, "2", { events: [event("more")] })).toBe(503);
    expect(slow.queue.size).toBe(10_000);
    gate.open();
  });

  it("carries typing, receipts, messages to devices and changes of devices, by whichever names", async () => {
    await using hs = await bridgedServer({ receiveEphemeral: true, encryption: true });
    const heard: unknown[] = [];
    const service = await hs.start((each) => {
      each.onEphemeral(({ type, content }) => heard.push([type, content]));
      each.onToDevice(({ type, to_user_id: to }) => heard.push([type, to]));
      each.onDevices(({ lists }) => heard.push(["devices", lists?.changed]));
    });
    const typing = { type: "m.typing", room_id: "!a:localhost", content: { user_ids: ["@alice:localhost"] } };
    const message = { type: "m.dummy", sender: "@alice:localhost", content: {}, to_user_id: "@_irc_a:localhost", to_device_id: "X" };
    const old = {
      "de.sorunome.msc2409.ephemeral": [typing],
      "de.sorunome.msc2409.to_device": [message, { type: 1 }],
      "org.matrix.msc3202.device_lists": { changed: ["@alice:localhost"], left: [] },
    };
    expect(await transact(hs, "1", { events: [], ephemeral: [typing], to_device: [message] })).toBe(200);
    expect(await transact(hs, "2", { events: [], ...old, "de.sorunome.msc2409.to_device": [message] })).toBe(200);
    expect(await transact(hs, "3", { events: [], ...old })).toBe(200);
    await service.queue.idle();
    const [typed, sent, changed] = [
      ["m.typing", typing.content],
      ["m.dummy", "@_irc_a:localhost"],
      ["devices", ["@alice:localhost"]],
    ];
    // What is malformed is left out, and the rest comes.
    expect(heard).toEqual(expect.arrayContaining([typed, sent, typed, changed, sent, typed, sent]));
    expect(heard.filter((each) => JSON.stringify(each).includes("m.dummy"))).toHaveLength(3);
  });

  it("of the homeserver tells who types and who has read", async () => {
    await using hs = await bridgedServer({ receiveEphemeral: true });
    const heard: string[] = [];
    const service = await hs.start((each) => each.onEphemeral(({ type }) => heard.push(type)));
    const alice = await hs.server.register("alice");
    const roomId = (await hs.server.createRoom(alice)) as RoomId;
    await service.bot.join(roomId);
    const said = await hs.say(alice, roomId, "x");
    await hs.server.requestAs(alice, "PUT", `/rooms/${roomId}/typing/${alice.userId}`, { typing: true, timeout: 30_000 });
    await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/receipt/m.read/${said}`, {});
    await expect.poll(() => heard).toEqual(expect.arrayContaining(["m.typing", "m.receipt"]));
  });
});

describe("the homeserver's questions", () => {
  it("about users and aliases are answered, and the user or room is there", async () => {
    await using hs = await bridgedServer();
    const service = await hs.start(undefined, {
      queries: {
        user: async (userId) => {
          if (!userId.startsWith("@_irc_known")) return false;
          await service.intent(userId).setProfile({ displayName: "known" });
          return true;
        },
        alias: async (alias) => {
          await service.bot.createRoom({ room_alias_name: alias.slice(1).split(":")[0], preset: "public_chat" });
          return true;
        },
      },
    });
    const alice = await hs.server.register("alice");
    const profile = await hs.server.requestAs(alice, "GET", "/profile/@_irc_known:localhost");
    expect(profile.body).toMatchObject({ displayname: "known" });
    expect((await hs.server.requestAs(alice, "GET", "/profile/@_irc_unknown:localhost")).status).toBe(404);
    expect((await hs.server.requestAs(alice, "POST", `/join/${encodeURIComponent("#irc_talk:localhost")}`, {})).status).toBe(200);
  });

  it("about third-party networks are answered with the fields that people filled in", async () => {
    await using hs = await bridgedServer({ protocols: ["irc"] });
    const asked: unknown[] = [];
    const protocol = {
      icon: "mxc://localhost/irc",
      field_types: { channel: { regexp: "#.*", placeholder: "#talk" } },
      instances: [],
      location_fields: ["channel"],
      user_fields: [],
    };
    await hs.start(undefined, {
      queries: {
        networks: {
          irc: {
            protocol,
            locations: (fields) => {
              asked.push(fields);
              return [{ alias: "#irc_talk:localhost", protocol: "irc", fields }];
            },
          },
        },
      },
    });
    const alice = await hs.server.register("alice");
    const protocols = await hs.server.requestAs(alice, "GET", "/thirdparty/protocols");
    expect(protocols.body).toMatchObject({ irc: { location_fields: ["channel"] } });
    const found = await hs.server.requestAs(alice, "GET", `/thirdparty/location/irc?channel=${encodeURIComponent("#talk")}`);
    expect(found.body).toMatchObject([{ alias: "#irc_talk:localhost" }]);
    expect(asked).toEqual([{ channel: "#talk" }]);
    expect((await hs.server.requestAs(alice, "GET", "/thirdparty/location/other")).status).toBe(404);
  });

  it("whether the service is there are answered with how long it took", async () => {
    await using hs = await bridgedServer();
    const service = await hs.start();
    expect(await service.ping()).toBeGreaterThanOrEqual(0);
    await hs.stop();
    await expect(service.ping()).rejects.toThrow();
  });
});

describe("createAppservice", () => {
  it("says so where the homeserver does not know the registration, and asks for its name only once", async () => {
    await using hs = await bridgedServer();
    const stranger = createRegistration({ id: "other", url: null });
    const options = { registration: stranger, store: memoryStore<string>() };
    await expect(hs.start(undefined, options)).rejects.toMatchObject({ code: "WRONG_TOKEN" });
    await hs.start();
    const service = await hs.start(undefined, { homeserverUrl: "http://127.0.0.1:1" });
    expect(service.serverName).toBe("localhost");
    expect(service.userId("_irc_a")).toBe("@_irc_a:localhost");
    expect(() => service.intent("@alice:localhost")).toThrow("@alice:localhost is in no namespace of users of irc on localhost");
    expect(() => service.userId("a b")).toThrow("localpart: expected a-z");
    expect(() => service.userId("a".repeat(255))).toThrow("at most 255 bytes");
  });
});
