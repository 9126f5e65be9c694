import type { PublicRoomsChunk } from "@patrix/client-api";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, carol, message, roomOf, type RoomOfOptions, state } from "../../tests/room-of.ts";
import { WatchedStore } from "../../tests/watched-store.ts";
import { limits } from "../limits.ts";
import type { LoadedRoom, RoomHandle } from "../rooms/room.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { type DirectoryRequest, PublishedRooms } from "./published-rooms.ts";
import { RoomDescriptions } from "./room-descriptions.ts";

const watched = new WatchedStore();
let fixture: ComposedRooms;
let published: PublishedRooms;
beforeAll(async () => {
  fixture = await openRooms({ wrapStore: watched.wrap });
  published = new PublishedRooms(fixture.rooms, new RoomDescriptions(fixture.rooms));
});
afterEach(async () => {
  for (const room of fixture.rooms.all()) if (await published.has(room.nid)) await publish(room, false);
});
afterAll(() => fixture[Symbol.asyncDispose]());

const publish = async ({ nid }: RoomHandle, isPublished = true): Promise<void> =>
  published.set(nid, isPublished, await fixture.core.users.intern(alice));

/** A published room of Alice's, with a state of its own. */
async function publishedRoom(content: Readonly<Record<string, object>> = {}, options: RoomOfOptions = {}): Promise<LoadedRoom> {
  const initialState = Object.entries(content).map(([type, fields]) => ({ type, content: { ...fields } }));
  const room = await roomOf(fixture, { ...options, initialState });
  await publish(room);
  return room;
}

const named = (name: string, options?: RoomOfOptions): Promise<LoadedRoom> => publishedRoom({ "m.room.name": { name } }, options);
const list = async (request: DirectoryRequest = {}): Promise<PublicRoomsChunk[]> => (await published.list(request)).chunk;
const namesOf = async (request: DirectoryRequest = {}): Promise<string[]> => (await list(request)).map(({ name = "" }) => name);

describe("the directory", () => {
  it("has the rooms that were published and not taken out again", async () => {
    const [shown, hidden] = [await named("shown"), await roomOf(fixture)];
    expect([await published.has(shown.nid), await published.has(hidden.nid)]).toEqual([true, false]);
    expect(await namesOf()).toEqual(["shown"]);
    await publish(shown);
    expect(await namesOf()).toEqual(["shown"]);
    await publish(shown, false);
    expect([await published.has(shown.nid), await list()]).toEqual([false, []]);
    expect(await published.list({})).toEqual({ chunk: [], total_room_count_estimate: 0 });
  });

  it("describes a room by its state, and leaves out what it does not say", async () => {
    const bare = await publishedRoom();
    expect(await list()).toEqual([
      { room_id: bare.id, num_joined_members: 1, world_readable: false, guest_can_join: false, join_rule: "public" },
    ]);
    await publish(bare, false);
    const full = await publishedRoom({
      "m.room.name": { name: "Cake" },
      "m.room.topic": { topic: "All about it" },
      "m.room.avatar": { url: "mxc://example.org/a" },
      "m.room.canonical_alias": { alias: "#cake:example.org" },
      "m.room.history_visibility": { history_visibility: "world_readable" },
      "m.room.guest_access": { guest_access: "can_join" },
      "m.room.join_rules": { join_rule: "knock" },
    });
    expect(await list()).toEqual([
      {
        room_id: full.id,
        num_joined_members: 1,
        world_readable: true,
        guest_can_join: true,
        name: "Cake",
        topic: "All about it",
        canonical_alias: "#cake:example.org",
        avatar_url: "mxc://example.org/a",
        join_rule: "knock",
      },
    ]);
    await fixture.engine.send(full, state("m.room.name", { name: "" }));
    await fixture.engine.send(full, state("m.room.topic", { topic: 5 }));
    expect(await list()).toMatchObject([{ name: undefined, topic: undefined }]);
  });

  it("describes a room anew after each event of its timeline, and reads nothing of it in between", async () => {
    const room = await named("old");
    expect(await namesOf()).toEqual(["old"]);
    const read: string[] = [];
    watched.afterRead = (statement) => void read.push(statement);
    fixture.rooms.events.evict(room.view.state.get(0) ?? 0);
    expect(await namesOf()).toEqual(["old"]);
    watched.afterRead = undefined;
    expect(read).toEqual(["publishedRooms"]);
    await fixture.engine.send(room, state("m.room.name", { name: "new" }));
    expect(await namesOf()).toEqual(["new"]);
    await fixture.members.join(room, bob);
    expect((await list())[0]?.num_joined_members).toBe(2);
    await fixture.engine.send(room, message("hello"));
    expect(await namesOf()).toEqual(["new"]);
  });

  it("has the rooms with most members first", async () => {
    await named("one");
    await named("three", { joined: [bob, carol] });
    await named("two", { joined: [bob] });
    expect(await namesOf()).toEqual(["three", "two", "one"]);
  });

  it("is searched by name, topic and alias, whatever the case, and by the types of rooms", async () => {
    await named("Cake");
    await publishedRoom({ "m.room.topic": { topic: "Not a CAKE" }, "m.room.name": { name: "Tea" } });
    await publishedRoom({ "m.room.canonical_alias": { alias: "#cakes:example.org" }, "m.room.name": { name: "Alias" } });
    await publishedRoom();
    const space = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, {
      creator: alice,
      preset: "public_chat",
      published: true,
      name: "Space",
      creationContent: { type: "m.space" },
      invite: [],
      initialState: [],
    });
    const search = async (filter: DirectoryRequest["filter"]): Promise<string[]> => (await namesOf({ filter })).toSorted();
    expect(await search({ generic_search_term: "cAKe" })).toEqual(["Alias", "Cake", "Tea"]);
    expect(await search({ generic_search_term: "" })).toEqual(["Alias", "Cake", "Space", "Tea"]);
    expect(await search({ generic_search_term: "coffee" })).toEqual([]);
    expect((await list({ filter: { room_types: ["m.space"] } })).map(({ room_id: id }) => id)).toEqual([space.id]);
    expect(await list({ filter: { room_types: [null] } })).toHaveLength(4);
    expect(await list({ filter: { room_types: [null, "m.space"] } })).toHaveLength(5);
    expect(await list({ filter: { room_types: [] } })).toEqual([]);
    expect(await search({ room_types: ["m.space"], generic_search_term: "cake" })).toEqual([]);
    expect((await published.list({ filter: { generic_search_term: "tea" } })).total_room_count_estimate).toBe(1);
  });
});

describe("a page of the directory", () => {
  it("has so many rooms, at least one, and says where the ones before and after it begin", async () => {
    for (const name of ["a", "b", "c"]) await named(name);
    const first = await published.list({ limit: 2 });
    expect([first.chunk.length, first.total_room_count_estimate, first.next_batch, first.prev_batch]).toEqual([2, 3, "2", undefined]);
    const last = await published.list({ limit: 2, since: first.next_batch });
    expect([last.chunk.length, last.next_batch, last.prev_batch]).toEqual([1, undefined, "1"]);
    expect(new Set([...first.chunk, ...last.chunk].map(({ name }) => name)).size).toBe(3);
    expect(await list({ limit: 0 })).toHaveLength(1);
    expect((await published.list({ limit: 1, since: "1" })).prev_batch).toBe("0");
    expect((await published.list({ limit: 3 })).next_batch).toBeUndefined();
    expect(await published.list({ since: "3" })).toMatchObject({ chunk: [], prev_batch: "2" });
  });

  it.each(["x", "-1", "1.5", "", "1234567890"])("begins at the start for %j, which is no place in it", async (since) => {
    await named("only");
    expect(await published.list({ since })).toMatchObject({ chunk: [{ name: "only" }] });
  });

  it("has so many rooms at most, whatever is asked for", async () => {
    const most = limits.publicRoomsPage.value;
    const publishers = await Promise.all([alice, bob].map((userId) => fixture.core.users.intern(userId)));
    // Nobody publishes so many alone.
    const publishOne = async (i: number): Promise<void> => published.set((await roomOf(fixture)).nid, true, publishers[i % 2] ?? 0);
    await Promise.all(Array.from({ length: most + 1 }, (_, i) => publishOne(i)));
    const { chunk, next_batch: next } = await published.list({ limit: most + 100 });
    expect([chunk.length, next]).toEqual([most, String(most)]);
    expect(await list()).toHaveLength(100);
  });

  it("is cut where its rooms grow too large, but for the last of them", async () => {
    const topic = "x".repeat(50_000);
    const count = Math.ceil(limits.publicRoomsPageBytes.value / topic.length) + 2;
    for (let i = 0; i < count; i++) await publishedRoom({ "m.room.topic": { topic } });
    const { chunk, next_batch: next } = await published.list({});
    const bytes = (rooms: readonly PublicRoomsChunk[]): number =>
      rooms.reduce((sum, room) => sum + Buffer.byteLength(JSON.stringify(room)), 0);
    expect(bytes(chunk)).toBeGreaterThanOrEqual(limits.publicRoomsPageBytes.value);
    expect(bytes(chunk.slice(1))).toBeLessThan(limits.publicRoomsPageBytes.value);
    expect(next).toBe(String(chunk.length));
    expect((await list({ since: next })).length + chunk.length).toBe(count);
  });
});
