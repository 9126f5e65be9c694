/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
// What a bridge remembers: rooms of places, users of people, events of messages.
import { type Appservice, type Bridge, createBridge, memoryStore, Messages } from "@patrix/appservice";
import { type EventId, type RoomId, toUserLocalpart, type UserId } from "@patrix/identifiers";
import { describe, expect, it } from "vitest";
import { type BridgedServer, bridgedServer } from "./bridged-server.ts";

async function startBridge(
  hs: BridgedServer,
  options: Parameters<BridgedServer["start"]>[1] = {},
): Promise<{ service: Appservice; bridge: Bridge; rooms: string[] }> {
  const rooms: string[] = [];
  let bridge: Bridge | undefined;
  const service = await hs.start((each) => {
    bridge = createBridge(each, {
      portals: {
        room: (channel) => {
          rooms.push(channel);
          return { name: channel, preset: "public_chat" };
        },
        aliasLocalpart: (channel) => `irc_${toUserLocalpart(channel.slice(1))}`,
      },
      puppets: { ghostLocalpart: (nick) => `_irc_${toUserLocalpart(nick)}` },
    });
  }, options);
  if (!bridge) throw new Error("the service did not start");
  return { service, bridge, rooms };
}

describe("portals", () => {
  it("are made once, whoever needs them at the same time, and found again from both sides after a restart", async () => {
    await using hs = await bridgedServer();
    const first = await startBridge(hs);
    const made = await Promise.all([1, 2, 3].map(() => first.bridge.portals.ensure("#talk")));
    expect(first.rooms).toEqual(["#talk"]);
    expect(new Set(made.map(({ roomId }) => roomId)).size).toBe(1);
    await first.bridge.portals.update("#talk", { topic: "tea" });
    const second = await startBridge(hs);
    const portal = await second.bridge.portals.ensure("#talk");
    expect(portal).toEqual({ remoteId: "#talk", roomId: made[0]?.roomId, data: { topic: "tea" } });
    expect(await second.bridge.portals.byRoom(portal.roomId)).toEqual(portal);
    expect(await second.bridge.portals.all()).toEqual([portal]);
    expect(second.rooms).toEqual([]);
    await second.bridge.portals.unlink("#talk");
    expect([await second.bridge.portals.byRemote("#talk"), await second.bridge.portals.byRoom(portal.roomId)]).toEqual([
      undefined,
      undefined,
    ]);
  });

  it("find the room again that a crash has left behind", async () => {
    await using hs = await bridgedServer();
    const { bridge } = await startBridge(hs);
    const { roomId } = await bridge.portals.ensure("#talk");
    const empty = await startBridge(hs, { store: memoryStore<string>() });
    expect(await empty.bridge.portals.ensure("#talk")).toMatchObject({ roomId });
  });

  it("show a place in one room at most, and a room one place", async () => {
    await using hs = await bridgedServer();
    const { bridge } = await startBridge(hs);
    const [one, two] = ["!one:localhost", "!two:localhost"] as RoomId[];
    if (!one || !two) throw new Error("rooms");
    await bridge.portals.link("#a", one);
    await bridge.portals.link("#a", two);
    expect(await bridge.portals.byRoom(one)).toBeUndefined();
    await bridge.portals.link("#b", two);
    expect(await bridge.portals.byRemote("#a")).toBeUndefined();
    expect(await bridge.portals.byRoom(two)).toMatchObject({ remoteId: "#b" });
  });

  it("go with the people when a room is replaced by another", async () => {
    await using hs = await bridgedServer();
    const { bridge, service } = await startBridge(hs);
    const alice = await hs.server.register("alice");
    const { roomId } = await bridge.portals.ensure("#talk");
    await service.bot.invite(roomId, alice.userId);
    await hs.server.requestAs(alice, "POST", `/join/${roomId}`, {});
    await service.bot.setPowerLevels(roomId, { [alice.userId]: 150 });
    const { body } = await hs.server.requestAs(alice, "POST", `/rooms/${roomId}/upgrade`, { new_version: "11" });
    expect(body).toMatchObject({ replacement_room: expect.stringMatching(/^!/) });
    await expect.poll(async () => (await bridge.portals.byRemote("#talk"))?.roomId).toBe(body["replacement_room"]);
  });
});

describe("puppets", () => {
  it("are the same after a restart, and different for people whose names look alike", async () => {
    await using hs = await bridgedServer();
    const { bridge } = await startBridge(hs);
    const ids = await Promise.all(["bob", "Bob", "bob", "é"].map(async (nick) => (await bridge.puppets.intent(nick)).userId));
    expect(ids).toEqual(["@_irc_bob:localhost", "@_irc_bob-2:localhost", "@_irc_bob:localhost", "@_irc_=c3=a9:localhost"]);
    const again = await startBridge(hs);
    expect((await again.bridge.puppets.intent("Bob")).userId).toBe("@_irc_bob-2:localhost");
    expect(await again.bridge.puppets.remoteOf("@_irc_bob-2:localhost")).toBe("Bob");
  });

  it("stay who they are under another name, and leave the old one to others", async () => {
    await using hs = await bridgedServer();
    const { bridge } = await startBridge(hs);
    await bridge.puppets.intent("bob");
    expect((await bridge.puppets.rename("bob", "bob|away")).userId).toBe("@_irc_bob:localhost");
    expect(await bridge.puppets.remoteOf("@_irc_bob:localhost")).toBe("bob|away");
    expect((await bridge.puppets.intent("bob")).userId).toBe("@_irc_bob-2:localhost");
    expect((await bridge.puppets.rename("stranger", "carol")).userId).toBe("@_irc_carol:localhost");
  });

  it("may be people of this server, and are not when that ends", async () => {
    await using hs = await bridgedServer({ serverName: "localhost", doublePuppets: true });
    const { bridge } = await startBridge(hs);
    const alice = "@alice:localhost" as UserId;
    await bridge.puppets.link("ally", alice);
    expect((await bridge.puppets.intent("ally")).userId).toBe(alice);
    await bridge.puppets.unlink("ally");
    expect(await bridge.puppets.remoteOf(alice)).toBeUndefined();
    expect((await bridge.puppets.intent("ally")).userId).toBe("@_irc_ally:localhost");
  });
});

describe("messages", () => {
  const event = (n: number): EventId => `$${n}:localhost`;

  it("are found from both sides, with all their events and what is kept beside them", async () => {
    const messages = new Messages(memoryStore<string>());
    await messages.link("irc 1", event(1), { nick: "bob" });
    await messages.link("irc 1", event(2), { text: "x" });
    await messages.link("irc 1", event(2));
    const expected = { remoteId: "irc 1", eventIds: [event(1), event(2)], data: { nick: "bob", text: "x" } };
    expect(await messages.byRemote("irc 1")).toEqual(expected);
    expect(await messages.byEvent(event(2))).toEqual(expected);
    await messages.unlink("irc 1");
    expect([await messages.byRemote("irc 1"), await messages.byEvent(event(1))]).toEqual([undefined, undefined]);
  });

  it("are forgotten, the oldest first, where there are too many", async () => {
    const store = memoryStore<string>();
    const messages = new Messages(store, { limit: 3 });
    for (let i = 1; i <= 4; i++) await messages.link(`m${i}`, event(i));
    expect(await messages.byEvent(event(1))).toBeUndefined();
    expect(await messages.byEvent(event(4))).toMatchObject({ remoteId: "m4" });
    await messages.unlink("m2");
    // In another place by now: what frees its old one leaves it alone.
    await messages.link("m2", event(5));
    await messages.link("m6", event(6));
    expect(await messages.byRemote("m2")).toMatchObject({ eventIds: [event(5)] });
    expect((await store.all("patrix.messages")).size).toBe(6);
    expect((await store.all("patrix.slots")).size).toBe(3);
  });
});
