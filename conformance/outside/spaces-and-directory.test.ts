// Finding people, rooms by link and the rooms of a space, and replacing rooms, with matrix-js-sdk as Element sets it up.
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { EventType, Preset, RoomType } from "matrix-js-sdk";
import { RoomHierarchy } from "matrix-js-sdk/lib/room-hierarchy.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ElementSession, logIn, openSession, registerAccount, waitForMembership, waitUntil } from "./element-session.ts";
import { type LoggingProxy, startLoggingProxy } from "./logging-proxy.ts";

let server: TestHomeserver;
let proxy: LoggingProxy;
let alice: ElementSession;
let bob: ElementSession;
/** A space of Alice's with rooms in it, one of them private. */
let world: { readonly space: string; readonly lounge: string; readonly inner: string; readonly deep: string; readonly secret: string };

beforeAll(async () => {
  server = await testHomeserver();
  proxy = await startLoggingProxy(server.url);
  const open = async (name: string): Promise<ElementSession> => {
    await registerAccount(proxy.url, name, `${name} has a password`);
    const session = await openSession(proxy.url, await logIn(proxy.url, name, `${name} has a password`), {
      profile: name,
      encryption: false,
    });
    await session.start();
    return session;
  };
  [alice, bob] = [await open("alice"), await open("bob")];
  await alice.client.setDisplayName("Alice Aardvark");
});
afterAll(async () => {
  for (const session of [alice, bob]) await session?.[Symbol.asyncDispose]();
  await proxy?.[Symbol.asyncDispose]();
  await server?.[Symbol.asyncDispose]();
});

async function create(name: string, options: Parameters<ElementSession["client"]["createRoom"]>[0] = {}): Promise<string> {
  const { room_id: roomId } = await alice.client.createRoom({ preset: Preset.PublicChat, name, ...options });
  await waitForMembership(alice, roomId, "join");
  return roomId;
}
const space = { creation_content: { type: RoomType.Space } };
const put = (into: string, roomId: string, content: object = {}): Promise<unknown> =>
  alice.client.sendStateEvent(into, EventType.SpaceChild, { via: ["localhost"], ...content }, roomId);

describe("people", () => {
  it("are found by name once they are in a room that one may know, and by their ID before", async () => {
    expect(await bob.client.searchUserDirectory({ term: "aard" })).toEqual({ results: [], limited: false });
    const entry = { user_id: alice.userId, display_name: "Alice Aardvark" };
    expect((await bob.client.searchUserDirectory({ term: alice.userId, limit: 5 })).results).toEqual([entry]);
    await create("Open to all");
    expect((await bob.client.searchUserDirectory({ term: "aard" })).results).toEqual([entry]);
  });
});

describe("a space", () => {
  beforeAll(async () => {
    world = {
      space: await create("World", { ...space, room_alias_name: "world" }),
      lounge: await create("Lounge", { topic: "Sit down" }),
      inner: await create("Inner", space),
      deep: await create("Deep"),
      secret: await create("Secret", { preset: Preset.PrivateChat }),
    };
    await put(world.space, world.lounge, { order: "b", suggested: true });
    await put(world.space, world.inner, { order: "a" });
    await put(world.space, world.secret, { order: "c" });
    await put(world.inner, world.deep);
  });

  it("by link shows what it is to who is not in it", async () => {
    expect(await bob.client.getRoomSummary("#world:localhost", ["localhost"])).toMatchObject({
      room_id: world.space,
      name: "World",
      room_type: RoomType.Space,
      membership: "leave",
    });
    await expect(bob.client.getRoomSummary(world.secret)).rejects.toMatchObject({ httpStatus: 404, errcode: "M_NOT_FOUND" });
  });

  it("shows its rooms in order, page by page, and hides what is private", async () => {
    await bob.client.joinRoom(world.space);
    await waitForMembership(bob, world.space, "join");
    const room = await waitUntil(() => bob.client.getRoom(world.space));
    const hierarchy = new RoomHierarchy(room, 2);
    const sizes: (number | undefined)[] = [];
    while (hierarchy.canLoadMore) {
      await hierarchy.load();
      sizes.push(hierarchy.rooms?.length);
    }
    expect(hierarchy.rooms?.map(({ room_id: id }) => id)).toEqual([world.space, world.inner, world.deep, world.lounge]);
    expect(sizes).toEqual([2, 4]);
    expect(hierarchy.isSuggested(world.space, world.lounge)).toBe(true);
    expect(hierarchy.getRelation(world.inner, world.deep)?.content).toEqual({ via: ["localhost"] });
  });

  it("shows the suggested rooms alone, and no more than a depth", async () => {
    const suggested = await bob.client.getRoomHierarchy(world.space, 20, 1, true);
    expect(suggested.rooms.map(({ name }) => name)).toEqual(["World", "Lounge"]);
    const flat = await bob.client.getRoomHierarchy(world.space, 20, 1);
    expect(flat.rooms.map(({ name }) => name)).toEqual(["World", "Inner", "Lounge"]);
    await expect(bob.client.getRoomHierarchy(world.secret)).rejects.toMatchObject({ httpStatus: 403, errcode: "M_FORBIDDEN" });
  });
});

describe("an upgrade of a room", () => {
  it("leads everybody to the new room, with their settings", async () => {
    const old = await create("Ageing", { room_version: "10", room_alias_name: "ageing" });
    await bob.client.joinRoom(old);
    await waitForMembership(bob, old, "join");
    await bob.client.setRoomTag(old, "m.favourite", { order: 0.2 });
    await bob.client.setRoomMutePushRule("global", old, true);
    const { replacement_room: next } = await alice.client.upgradeRoom(old, "12", [bob.userId]);
    await waitForMembership(alice, next, "join");
    const tombstone = await waitUntil(() => bob.client.getRoom(old)?.currentState.getStateEvents(EventType.RoomTombstone, ""));
    expect(tombstone.getContent()["replacement_room"]).toBe(next);
    await bob.client.joinRoom("#ageing:localhost");
    await waitForMembership(bob, next, "join");
    const room = await waitUntil(() => bob.client.getRoom(next));
    expect([room.name, room.getVersion(), room.findPredecessor()?.roomId]).toEqual(["Ageing", "12", old]);
    await waitUntil(() => room.tags["m.favourite"]);
    await waitUntil(() => bob.client.getRoomPushRule("global", next));
    expect(bob.client.getRoomPushRule("global", next)?.rule_id).toBe(next);
    expect(bob.client.getVisibleRooms().map(({ roomId }) => roomId)).not.toContain(old);
    await expect(bob.client.sendTextMessage(old, "still here?")).rejects.toMatchObject({ errcode: "M_FORBIDDEN" });
  });

  it("is refused for a version that the server does not have", async () => {
    const roomId = await create("Young");
    await expect(alice.client.upgradeRoom(roomId, "99")).rejects.toMatchObject({ httpStatus: 400, errcode: "M_UNSUPPORTED_ROOM_VERSION" });
  });
});

it("asked for nothing that the server does not have but proposals", () => {
  const known = /\/unstable\/|\/org\.matrix\.|\/auth_metadata$/;
  expect(proxy.unserved().filter((line) => !known.test(line))).toEqual([]);
});
