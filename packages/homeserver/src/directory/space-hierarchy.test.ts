import { noFederation } from "../other-servers.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ComposedRooms, openRooms } from "../../tests/composed-rooms.ts";
import { alice, bob, state } from "../../tests/room-of.ts";
import { limits } from "../limits.ts";
import type { LoadedRoom } from "../rooms/room.ts";
import { createRoom } from "../rooms/write/create-room.ts";
import { RoomDescriptions } from "./room-descriptions.ts";
import { type HierarchyRequest, SpaceHierarchy } from "./space-hierarchy.ts";

let fixture: ComposedRooms;
let hierarchy: SpaceHierarchy;
beforeAll(async () => {
  fixture = await openRooms();
  hierarchy = new SpaceHierarchy(fixture.rooms, new RoomDescriptions(fixture.rooms), noFederation("example.org"));
});
afterAll(() => fixture[Symbol.asyncDispose]());

interface Spot {
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly topic?: string;
}

/** A room or, with children, a space; the children in their order, suggested where their names end so. */
async function place({ name, isPrivate = false, topic }: Spot, children?: readonly LoadedRoom[]): Promise<LoadedRoom> {
  const room = await createRoom(fixture.rooms, fixture.engine, fixture.profileOf, {
    creator: alice,
    preset: isPrivate ? "private_chat" : "public_chat",
    version: "11",
    name,
    topic,
    invite: [],
    initialState: [],
    ...(children && { creationContent: { type: "m.space" } }),
  });
  for (const child of children ?? []) await nameIn(room, child);
  return room;
}
async function nameIn(space: LoadedRoom, child: LoadedRoom): Promise<void> {
  const name = (await fixture.reader.stateEvents(child.view.state)).find(({ fields }) => fields.type === "m.room.name")?.content["name"];
  const content = { via: ["example.org"], order: String(name), suggested: String(name).endsWith("!") };
  await fixture.engine.send(space, { type: "m.space.child", stateKey: child.id, sender: alice, content });
}

const viewerOf = async (userId: string) => ({ userNid: await fixture.core.users.intern(userId) });
const page = async (space: LoadedRoom, more: Omit<HierarchyRequest, "roomId"> = {}, userId = bob) => {
  const { rooms, next_batch: next } = await hierarchy.page({ roomId: space.id, ...more }, await viewerOf(userId));
  return { names: rooms.map(({ name }) => name), rooms, next };
};
const invalid = expect.objectContaining({ name: "DirectoryError", code: "INVALID_PARAM" }) as Error;

/** A space with a room, a space with two rooms, and a private room. */
async function smallWorld(): Promise<LoadedRoom> {
  const deep = [await place({ name: "ba" }), await place({ name: "bb!" })];
  const children = [await place({ name: "a" }), await place({ name: "b!" }, deep), await place({ name: "c", isPrivate: true })];
  return place({ name: "root" }, children);
}

describe("the rooms of a space", () => {
  it("are those that one may see, depth first and in order", async () => {
    const root = await smallWorld();
    expect((await page(root)).names).toEqual(["root", "a", "b!", "ba", "bb!"]);
    expect((await page(root, {}, alice)).names).toEqual(["root", "a", "b!", "ba", "bb!", "c"]);
  });

  it("come with the events that name the rooms below, whether or not one may see those", async () => {
    const { rooms } = await page(await smallWorld());
    expect(rooms.map(({ children_state: events }) => events.length)).toEqual([3, 0, 2, 0, 0]);
    expect(rooms[0]?.children_state[0]).toEqual({
      type: "m.space.child",
      state_key: rooms[1]?.room_id,
      content: { via: ["example.org"], order: "a", suggested: false },
      sender: alice,
      origin_server_ts: expect.any(Number) as number,
    });
    expect(rooms[2]).toMatchObject({ room_type: "m.space", room_version: "11", join_rule: "public", num_joined_members: 1 });
  });

  it("end at a depth", async () => {
    const root = await smallWorld();
    expect((await page(root, { maxDepth: 0 })).names).toEqual(["root"]);
    expect((await page(root, { maxDepth: 0 })).rooms[0]?.children_state).toHaveLength(3);
    expect((await page(root, { maxDepth: 1 })).names).toEqual(["root", "a", "b!"]);
    expect((await page(root, { maxDepth: 1_000 })).names).toHaveLength(5);
  });

  it("are the suggested ones, if one wants those only", async () => {
    const { names, rooms } = await page(await smallWorld(), { suggestedOnly: true });
    expect([names, rooms.map(({ children_state: events }) => events.length)]).toEqual([
      ["root", "b!", "bb!"],
      [1, 1, 0],
    ]);
  });

  it("come once each, though they lie in a circle and in several spaces", async () => {
    const shared = await place({ name: "shared" });
    const inner = await place({ name: "inner" }, [shared]);
    const root = await place({ name: "root" }, [inner, shared]);
    await nameIn(inner, root);
    await nameIn(inner, inner);
    expect((await page(root)).names).toEqual(["root", "inner", "shared"]);
    expect((await page(inner)).names).toEqual(["inner", "root", "shared"]);
  });

  it("are not those behind a space that one may not see, and not those of a room that is no space", async () => {
    const hidden = await place({ name: "hidden", isPrivate: true }, [await place({ name: "behind" })]);
    const plain = await place({ name: "plain" });
    await nameIn(plain, await place({ name: "below" }));
    const root = await place({ name: "root" }, [hidden, plain]);
    expect((await page(root)).names).toEqual(["root", "plain"]);
    expect((await page(root)).rooms[1]?.children_state).toEqual([]);
    expect((await page(root, {}, alice)).names).toEqual(["root", "hidden", "behind", "plain"]);
  });

  it("are only those that the server knows", async () => {
    const root = await place({ name: "root" }, []);
    await fixture.engine.send(root, { type: "m.space.child", stateKey: "!other:x", sender: alice, content: { via: ["x"] } });
    expect((await page(root)).names).toEqual(["root"]);
  });

  it("are refused to whom the space is hidden, as where there is none", async () => {
    const failure = { name: "DirectoryError", code: "ROOM_HIDDEN", message: "you may not see this room, or there is none" };
    await expect(page(await place({ name: "mine", isPrivate: true }, []))).rejects.toMatchObject(failure);
    await expect(hierarchy.page({ roomId: "!none:example.org" }, await viewerOf(bob))).rejects.toMatchObject(failure);
  });
});

describe("a page", () => {
  it("has so many rooms, and a token with which the next one goes on", async () => {
    const root = await smallWorld();
    const found: unknown[] = [];
    const sizes: number[] = [];
    let from: string | undefined;
    do {
      const { names, next } = await page(root, { limit: 2, from });
      found.push(...names);
      sizes.push(names.length);
      from = next;
    } while (from !== undefined);
    expect([found, sizes]).toEqual([
      ["root", "a", "b!", "ba", "bb!"],
      [2, 2, 1],
    ]);
    expect((await page(root, { limit: 5 })).next).toBeUndefined();
  });

  it("goes on after a restart, and for another number of rooms", async () => {
    const root = await smallWorld();
    const { next } = await page(root, { limit: 1 });
    const restarted = new SpaceHierarchy(fixture.rooms, new RoomDescriptions(fixture.rooms), noFederation("example.org"));
    const { rooms } = await restarted.page({ roomId: root.id, from: next, limit: 3 }, await viewerOf(bob));
    expect(rooms.map(({ name }) => name)).toEqual(["a", "b!", "ba"]);
  });

  it("is refused by a token of another walk, and by what is none", async () => {
    const root = await smallWorld();
    const other = await smallWorld();
    const { next = "" } = await page(root, { limit: 1, maxDepth: 2 });
    expect((await page(root, { from: next, maxDepth: 2 })).names).toHaveLength(4);
    for (const more of [{}, { maxDepth: 1 }, { maxDepth: 2, suggestedOnly: true }])
      await expect(page(root, { from: next, ...more })).rejects.toEqual(invalid);
    await expect(page(other, { from: next, maxDepth: 2 })).rejects.toEqual(invalid);
    for (const from of ["", "h", "h1", "1", `x${next}`, `${next}?`])
      await expect(page(root, { from, maxDepth: 2 })).rejects.toEqual(invalid);
    for (const more of [{ limit: 0 }, { limit: -1 }, { maxDepth: -1 }]) await expect(page(root, more)).rejects.toEqual(invalid);
  });

  it("has no more rooms than a page may have, and none is lost", async () => {
    const count = limits.hierarchyPage.value + 1;
    const children: LoadedRoom[] = [];
    for (let i = 1; i < count; i++) children.push(await place({ name: String(i).padStart(4, "0") }));
    const root = await place({ name: "root" }, children);
    const first = await page(root, { limit: 10_000 });
    expect(first.names).toHaveLength(limits.hierarchyPage.value);
    expect((await page(root, { from: first.next })).names).toEqual([String(count - 1).padStart(4, "0")]);
  });

  it("ends where its rooms grow too large, and none is lost", async () => {
    const topic = "x".repeat(30_000);
    const count = Math.ceil(limits.hierarchyPageBytes.value / topic.length) + 2;
    const children: LoadedRoom[] = [];
    for (let i = 1; i < count; i++) children.push(await place({ name: String(i).padStart(4, "0"), topic }));
    const root = await place({ name: "root", topic }, children);
    const first = await page(root, { limit: 100 });
    expect(first.names.length).toBeLessThan(count);
    const rest = await page(root, { from: first.next });
    expect([first.names.length + rest.names.length, rest.next]).toEqual([count, undefined]);
  });

  it("goes no deeper than the server does", async () => {
    let space = await place({ name: "0" }, []);
    for (let i = 1; i <= limits.hierarchyDepth.value + 1; i++) space = await place({ name: String(i) }, [space]);
    expect((await page(space, { maxDepth: 1_000 })).names.at(-1)).toBe("1");
  });

  it("shows a room as it is", async () => {
    const root = await place({ name: "root" }, []);
    expect((await page(root)).names).toEqual(["root"]);
    await fixture.engine.send(root, state("m.room.name", { name: "renamed" }));
    expect((await page(root)).names).toEqual(["renamed"]);
  });
});

it("looks at so many rooms at most, whether or not they are there", async () => {
  const spaces: LoadedRoom[] = [];
  const looked = limits.hierarchyRooms.value;
  const children = Math.min(limits.spaceChildren.value, 900);
  for (let i = 0; i * children < looked; i++) {
    const space = await place({ name: String(i).padStart(2, "0") }, []);
    const ids = Array.from({ length: children }, (_, k) => `!none${i}-${k}:x`);
    await Promise.all(
      ids.map((stateKey) => fixture.engine.send(space, { type: "m.space.child", stateKey, sender: alice, content: { via: ["x"] } })),
    );
    spaces.push(space);
  }
  const root = await place({ name: "root" }, [...spaces, await place({ name: "zz" })]);
  const { names, next } = await page(root);
  expect([names.includes("00"), names.includes("zz"), next]).toEqual([true, false, undefined]);
}, 60_000);
