// Which rooms the lists of a sliding sync have.
import { afterAll, beforeAll, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { SlidingConnection } from "./sliding-requests.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
const rooms: Record<string, string> = {};

beforeAll(async () => {
  server = await testHomeserver();
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const encryption = { type: "m.room.encryption", content: { algorithm: "m.megolm.v1.aes-sha2" } };
  rooms["plain"] = await server.createRoom(alice, { name: "Plain Room" });
  rooms["encrypted"] = await server.createRoom(alice, { initial_state: [encryption] });
  rooms["dm"] = await server.createRoom(alice, { name: "Direct" });
  rooms["child"] = await server.createRoom(alice);
  rooms["space"] = await server.createRoom(alice, { creation_content: { type: "m.space" } });
  rooms["foreign space"] = await server.createRoom(bob, { creation_content: { type: "m.space" } });
  rooms["invite"] = await server.createRoom(bob, { preset: "private_chat", invite: [alice.userId] });
  const put = async (user: TestUser, path: string, content: object): Promise<void> => {
    expect((await server.requestAs(user, "PUT", path, content)).status).toBe(200);
  };
  const child = (space: string, room: string, content: object): [string, object] => [
    `/rooms/${encodeURIComponent(rooms[space] ?? "")}/state/m.space.child/${encodeURIComponent(rooms[room] ?? "")}`,
    content,
  ];
  await put(alice, ...child("space", "child", { via: ["localhost"] }));
  await put(alice, ...child("space", "plain", {}));
  await put(bob, ...child("foreign space", "dm", { via: ["localhost"] }));
  await put(alice, `/user/${alice.userId}/account_data/m.direct`, { [bob.userId]: [rooms["dm"]] });
  for (const [room, tag] of [
    ["plain", "m.favourite"],
    ["child", "u.work"],
  ])
    await put(alice, `/user/${alice.userId}/rooms/${encodeURIComponent(rooms[room ?? ""] ?? "")}/tags/${tag}`, {});
});
afterAll(() => server[Symbol.asyncDispose]());

const all = ["child", "dm", "encrypted", "invite", "plain", "space"];
const without = (...names: string[]): string[] => all.filter((name) => !names.includes(name));

it.each([
  [{}, all],
  [{ is_dm: true }, ["dm"]],
  [{ is_dm: false }, without("dm")],
  [{ is_encrypted: true }, ["encrypted"]],
  [{ is_encrypted: false }, without("encrypted")],
  [{ is_invite: true }, ["invite"]],
  [{ is_invited: true }, ["invite"]],
  [{ is_invite: false }, without("invite")],
  [{ room_types: ["m.space"] }, ["space"]],
  [{ room_types: [null] }, without("space")],
  [{ not_room_types: [null] }, ["space"]],
  [{ room_types: ["m.space"], not_room_types: ["m.space"] }, []],
  [{ tags: ["m.favourite", "u.work"] }, ["child", "plain"]],
  [{ not_tags: ["m.favourite"] }, without("plain")],
  [{ tags: ["m.favourite"], not_tags: ["m.favourite"] }, []],
  [{ spaces: () => [rooms["space"]] }, ["child"]],
  [{ spaces: () => [rooms["foreign space"], "!unknown:localhost"] }, []],
  [{ room_name_like: "pLaIn" }, ["plain"]],
  [{ is_dm: false, is_encrypted: false, room_types: [null], not_tags: ["u.work"] }, ["invite", "plain"]],
] as const)("the filter %o", async (filters, names) => {
  const settled = Object.fromEntries(Object.entries(filters).map(([key, value]) => [key, typeof value === "function" ? value() : value]));
  const body = { lists: { found: { ranges: [[0, 99]], timeline_limit: 0, filters: settled } } };
  const { rooms: told, lists } = await new SlidingConnection(server, alice).sync(body);
  const found = Object.keys(told).map((id) => Object.entries(rooms).find(([, room]) => room === id)?.[0] ?? id);
  expect(new Set(found)).toEqual(new Set(names));
  expect(found).toHaveLength(names.length);
  expect(lists["found"]).toEqual({ count: names.length });
});

it("tells that a room has become one for direct messages, or is none any more", async () => {
  const client = new SlidingConnection(server, alice);
  const body = { lists: { all: { ranges: [[0, 99]], timeline_limit: 0 } } };
  const { rooms: told } = await client.sync(body);
  const plain = rooms["plain"] ?? "";
  const dm = rooms["dm"] ?? "";
  expect([told[dm]?.is_dm, told[plain]?.is_dm]).toEqual([true, undefined]);
  await server.requestAs(alice, "PUT", `/user/${alice.userId}/account_data/m.direct`, { [bob.userId]: [plain] });
  const changed = (await client.sync(body)).rooms;
  expect([Object.keys(changed).toSorted(), changed[dm]?.is_dm, changed[plain]?.is_dm]).toEqual([[plain, dm].toSorted(), false, true]);
  expect((await client.sync(body)).rooms).toEqual({});
  await server.requestAs(alice, "PUT", `/user/${alice.userId}/account_data/m.direct`, { [bob.userId]: [dm] });
});
