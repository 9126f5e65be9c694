// What becomes of the positions of sliding syncs: answers that are lost, restarts, devices that go, and positions of others.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { bodies, list, SlidingConnection } from "./sliding-requests.ts";

const whole = list([[0, 9]]);
let count = 0;
async function say(server: TestHomeserver, user: TestUser, room: string, body: string): Promise<void> {
  const path = `/rooms/${encodeURIComponent(room)}/send/m.room.message/${++count}`;
  expect((await server.requestAs(user, "PUT", path, { msgtype: "m.text", body })).status).toBe(200);
}

it("brings again what was lost, and what happened since, from the same position with whatever body", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  await server.createRoom(alice);
  const client = new SlidingConnection(server, alice);
  expect(Object.keys((await client.ask(whole)).body.rooms)).toHaveLength(2);
  await client.sync(list([[0, 0]]));
  await say(server, alice, room, "one");
  expect(bodies((await client.ask(whole)).body.rooms[room]?.timeline)).toEqual(["one"]);
  await say(server, alice, room, "two");
  const again = (await client.ask(list([[0, 0]]))).body;
  expect([Object.keys(again.rooms), bodies(again.rooms[room]?.timeline)]).toEqual([[room], ["one", "two"]]);
  const { pos } = (await client.ask(whole)).body;
  const { rooms } = await client.sync(whole);
  expect([Object.keys(rooms), bodies(rooms[room]?.timeline)]).toEqual([[room], ["one", "two"]]);
  // Both answers are good to go on from until one of them is taken.
  expect((await client.ask(whole, pos)).body.rooms).toEqual({});
  expect((await client.sync(whole)).rooms).toEqual({});
});

it("knows no position that was left behind, of another connection or device, of another kind, or after a logout", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  await server.createRoom(alice);
  const client = new SlidingConnection(server, alice);
  const first = (await client.sync(whole)).pos;
  await server.createRoom(alice);
  await client.sync(whole);
  await server.createRoom(alice);
  await client.sync(whole);
  await client.sync(whole);
  const login = { type: "m.login.password", identifier: { type: "m.id.user", user: alice.userId }, password: "secret" };
  const { body: second } = await server.requestAs(alice, "POST", "/login", login);
  const other = new SlidingConnection(server, { ...alice, accessToken: String(second["access_token"]) });
  const { next_batch: next } = (await server.requestAs<{ next_batch: string }>(alice, "GET", "/sync")).body;
  const refused = [
    await client.ask(whole, first),
    await client.ask({ ...whole, conn_id: "b" }),
    await other.ask(whole, client.pos),
    await client.ask(whole, next),
    await client.ask(whole, "nonsense"),
    await client.ask(whole, `${client.pos?.split(".")[0] ?? ""}.zzzzz`),
  ];
  for (const { status, body } of refused) expect([status, body.errcode]).toEqual([400, "M_UNKNOWN_POS"]);
  expect((await client.sync(whole)).rooms).toEqual({});
  await server.requestAs(alice, "POST", "/logout");
  expect((await client.ask(whole)).status).toBe(401);
});

it("ends the wait of a device that is logged out meanwhile", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const client = new SlidingConnection(server, alice);
  await client.sync(whole);
  const waiting = client.ask(whole, client.pos, 30_000);
  await server.requestAs(alice, "POST", "/logout");
  expect((await waiting).body.errcode).toBe("M_UNKNOWN_TOKEN");
});

it("goes on after a restart where it was, with rooms in every state, and after one that lost the position says so", async () => {
  const dataDir = await mkdtemp(join(tmpdir(), "patrix-sliding-"));
  const options = { dataDir, config: { database: { url: `sqlite:${join(dataDir, "patrix.db")}` } } };
  let server = await testHomeserver(options);
  try {
    const alice = await server.register("alice");
    const [room, missed, unseen] = [await server.createRoom(alice), await server.createRoom(alice), await server.createRoom(alice)];
    const client = new SlidingConnection(() => server, alice);
    const extensions = { receipts: { enabled: true }, account_data: { enabled: true }, to_device: { enabled: true } };
    await say(server, alice, room, "0");
    await say(server, alice, missed, "0");
    await client.sync({ ...list([[0, 1]]), extensions });
    await say(server, alice, missed, "missed");
    await say(server, alice, room, "1");
    expect(Object.keys((await client.sync({ ...list([[0, 0]]), extensions })).rooms)).toEqual([room]);
    await say(server, alice, room, "2");
    for (let restarts = 0; restarts < 2; restarts++) {
      await server.stop();
      server = await testHomeserver(options);
    }
    const { rooms, extensions: more } = (await client.ask({ ...list([[0, 9]]), extensions })).body;
    expect([bodies(rooms[room]?.timeline), rooms[room]?.initial]).toEqual([["2"], undefined]);
    expect([bodies(rooms[missed]?.timeline), rooms[missed]?.initial]).toEqual([["missed"], undefined]);
    expect(rooms[unseen]?.initial).toBe(true);
    expect([more.account_data, more.receipts]).toEqual([undefined, undefined]);
    // The same position once more, since that answer was lost.
    expect(Object.keys((await client.sync({ ...list([[0, 9]]), extensions })).rooms)).toHaveLength(3);
    expect((await client.sync({ ...list([[0, 9]]), extensions })).rooms).toEqual({});
  } finally {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
});

it("waits until something happens, for each connection apart, and answers at once without a position", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await server.createRoom(alice);
  const [list1, encryption] = [new SlidingConnection(server, alice), new SlidingConnection(server, alice)];
  const encrypted = { conn_id: "encryption", extensions: { to_device: { enabled: true }, e2ee: { enabled: true } } };
  await list1.sync({ conn_id: "room-list", ...whole, txn_id: "t" }, 30_000);
  const none = await encryption.sync(encrypted, 30_000);
  expect([none.rooms, none.lists, none.extensions.to_device?.events]).toEqual([{}, {}, []]);
  const [rooms, devices] = [
    list1.ask({ conn_id: "room-list", ...whole, txn_id: "t" }, list1.pos, 30_000),
    encryption.sync(encrypted, 30_000),
  ];
  await say(server, alice, room, "wake");
  const told = (await rooms).body;
  expect([bodies(told.rooms[room]?.timeline), told.txn_id]).toEqual([["wake"], "t"]);
  const messages = { [alice.userId]: { [alice.deviceId]: { n: 1 } } };
  await server.requestAs(alice, "PUT", "/sendToDevice/org.example/1", { messages });
  expect((await devices).extensions.to_device?.events).toMatchObject([{ content: { n: 1 } }]);
});
