// What the extensions of a sliding sync tell, of which rooms, and once.
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { list, SlidingConnection } from "./sliding-requests.ts";

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let count = 0;
beforeAll(async () => {
  server = await testHomeserver();
});
beforeEach(async () => {
  [alice, bob] = [await server.register(`alice${++count}`), await server.register(`bob${count}`)];
});
afterAll(() => server[Symbol.asyncDispose]());

async function ok(user: TestUser, method: string, where: string, body: object = {}): Promise<string> {
  const answer = await server.requestAs(user, method, where, body);
  expect([answer.status, answer.body["errcode"]]).toEqual([200, undefined]);
  return String(answer.body["event_id"]);
}
const path = (room: string, rest: string): string => `/rooms/${encodeURIComponent(room)}${rest}`;
const say = (user: TestUser, room: string): Promise<string> =>
  ok(user, "PUT", path(room, `/send/m.room.message/${++count}`), { body: "x" });
const sharedRoom = async (): Promise<string> => {
  const room = await server.createRoom(alice);
  await ok(bob, "POST", path(room, "/join"));
  return room;
};

it("to_device: pages that are confirmed by the token, for the device and whatever connection", async () => {
  const send = (n: number): Promise<string> =>
    ok(bob, "PUT", `/sendToDevice/org.example/${++count}`, { messages: { [alice.userId]: { "*": { n } } } });
  for (const n of [1, 2, 3]) await send(n);
  const asked = (since?: string): object => ({ extensions: { to_device: { enabled: true, limit: 2, ...(since && { since }) } } });
  const client = new SlidingConnection(server, alice);
  const numbers = ({ extensions }: Awaited<ReturnType<SlidingConnection["sync"]>>): unknown[] =>
    extensions.to_device?.events.map(({ content }) => content["n"]) ?? [];
  const first = await client.sync(asked());
  expect(numbers(first)).toEqual([1, 2]);
  // What is not confirmed comes again, also on a new connection.
  expect(numbers(await new SlidingConnection(server, alice).sync({ conn_id: "b", ...asked() }))).toEqual([1, 2]);
  const since = first.extensions.to_device?.next_batch;
  const second = await client.sync(asked(since), 30_000);
  expect(numbers(second)).toEqual([3]);
  expect(numbers(await new SlidingConnection(server, alice).sync({ conn_id: "b", ...asked() }))).toEqual([3]);
  const last = second.extensions.to_device?.next_batch;
  expect(numbers(await client.sync(asked(last)))).toEqual([]);
  await send(4);
  // A token from before a backup was restored confirms nothing.
  expect(numbers(await client.sync(asked("tzzzzzzz")))).toEqual([4]);
  const refused = await client.ask(asked("nonsense"));
  expect([refused.status, refused.body.errcode]).toEqual([400, "M_INVALID_PARAM"]);
});

it("e2ee: counts of keys always, and whose keys changed only after a first answer", async () => {
  await sharedRoom();
  const asked = { extensions: { e2ee: { enabled: true } } };
  const client = new SlidingConnection(server, alice);
  const first = (await client.sync(asked)).extensions.e2ee;
  expect(first).toEqual({ device_one_time_keys_count: { signed_curve25519: 0 }, device_unused_fallback_key_types: [] });
  const carol = await server.register(`carol${count}`);
  const room = await server.createRoom(carol);
  await ok(alice, "POST", path(room, "/join"));
  expect((await client.sync(asked, 30_000)).extensions.e2ee?.device_lists?.changed.toSorted()).toEqual(
    [alice.userId, carol.userId].toSorted(),
  );
  const keys = {
    user_id: bob.userId,
    device_id: bob.deviceId,
    algorithms: [],
    keys: { [`ed25519:${bob.deviceId}`]: "A".repeat(43) },
    signatures: {},
  };
  await ok(bob, "POST", "/keys/upload", { device_keys: keys });
  expect((await client.sync(asked, 30_000)).extensions.e2ee?.device_lists).toEqual({ changed: [bob.userId], left: [] });
  await ok(carol, "POST", path(room, "/leave"));
  expect((await client.sync(asked, 30_000)).extensions.e2ee?.device_lists).toEqual({ changed: [], left: [carol.userId] });
  expect((await client.sync(asked)).extensions.e2ee?.device_lists).toBeUndefined();
});

it("account_data: global, and of rooms once they come into view, with what they have missed", async () => {
  const [room, other] = [await server.createRoom(alice), await server.createRoom(alice)];
  const put = (where: string, n: number): Promise<string> =>
    ok(alice, "PUT", `/user/${alice.userId}${where}/account_data/org.example`, { n });
  await put("", 1);
  await put(path(room, ""), 1);
  await say(alice, other);
  const asked = (range: [number, number], enabled = true): object => ({ ...list([range]), extensions: { account_data: { enabled } } });
  const client = new SlidingConnection(server, alice);
  const first = (await client.sync(asked([0, 0]))).extensions.account_data;
  expect(first?.global).toContainEqual({ type: "org.example", content: { n: 1 } });
  expect([first?.global?.map(({ type }) => type).includes("m.push_rules"), first?.rooms]).toEqual([true, undefined]);
  const item = (n: number): object[] => [{ type: "org.example", content: { n } }];
  expect((await client.sync(asked([0, 1]))).extensions.account_data).toEqual({ rooms: { [room]: item(1) } });
  await put("", 2);
  await put(path(room, ""), 2);
  expect((await client.sync(asked([0, 0], false))).extensions.account_data).toBeUndefined();
  expect((await client.sync(asked([0, 0]), 30_000)).extensions.account_data).toEqual({ global: item(2) });
  expect((await client.sync(asked([0, 1]), 30_000)).extensions.account_data).toEqual({ rooms: { [room]: item(2) } });
  await put(path(room, ""), 3);
  expect((await client.sync(asked([0, 1]), 30_000)).extensions.account_data).toEqual({ rooms: { [room]: item(3) } });
  expect((await client.sync(asked([0, 1]))).extensions.account_data).toBeUndefined();
});

it("receipts: those on the timeline, all of one's own, private ones to their users alone, and counts after one's own", async () => {
  const room = await sharedRoom();
  const [old, seen] = [await say(alice, room), await say(alice, room)];
  const carol = await server.register(`carol${count}`);
  await ok(carol, "POST", path(room, "/join"));
  const receipt = (user: TestUser, type: string, eventId: string, body: object = {}): Promise<string> =>
    ok(user, "POST", path(room, `/receipt/${type}/${encodeURIComponent(eventId)}`), body);
  await receipt(bob, "m.read", old);
  await receipt(bob, "m.read.private", seen);
  await receipt(alice, "m.read.private", old);
  const asked = (limit: number): object => ({ ...list([[0, 0]], { timeline_limit: limit }), extensions: { receipts: { enabled: true } } });
  const users = (content: object | undefined): string[] =>
    Object.values(content ?? {}).flatMap((types) =>
      Object.entries(types as object).flatMap(([type, by]) => Object.keys(by as object).map((id) => `${type} ${id}`)),
    );
  const told = (answer: Awaited<ReturnType<SlidingConnection["sync"]>>): string[] =>
    users(answer.extensions.receipts?.rooms[room]?.content).toSorted();
  const client = new SlidingConnection(server, alice);
  expect(told(await client.sync(asked(1)))).toEqual([`m.read.private ${alice.userId}`]);
  expect(told(await client.sync(asked(10)))).toEqual([`m.read ${bob.userId}`, `m.read.private ${alice.userId}`]);
  expect(told(await client.sync(asked(10)))).toEqual([]);
  const last = await say(bob, room);
  expect((await client.sync(asked(10))).rooms[room]).toMatchObject({ notification_count: 1, highlight_count: 0 });
  await receipt(carol, "m.read", last);
  const others = await client.sync(asked(10), 30_000);
  expect([told(others), others.rooms]).toEqual([[`m.read ${carol.userId}`], {}]);
  await receipt(alice, "m.read", last, { thread_id: "main" });
  const own = await client.sync(asked(10), 30_000);
  expect([told(own), own.rooms[room]?.notification_count, own.rooms[room]?.timeline]).toEqual([[`m.read ${alice.userId}`], 0, []]);
});

it("typing: who is typing in the rooms in view, and that they have stopped", async () => {
  const [room, other] = [await sharedRoom(), await sharedRoom()];
  await say(alice, other);
  const type = (typing: boolean, where = room): Promise<string> =>
    ok(bob, "PUT", path(where, `/typing/${bob.userId}`), { typing, timeout: 30_000 });
  await type(true);
  const asked = (range: [number, number]): object => ({ ...list([range]), extensions: { typing: { enabled: true } } });
  const client = new SlidingConnection(server, alice);
  expect((await client.sync(asked([0, 0]))).extensions.typing).toBeUndefined();
  const now = (answer: Awaited<ReturnType<SlidingConnection["sync"]>>): unknown => answer.extensions.typing?.rooms[room]?.content.user_ids;
  expect(now(await client.sync(asked([0, 1])))).toEqual([bob.userId]);
  await type(false);
  expect((await client.sync(asked([0, 0]))).extensions.typing).toBeUndefined();
  expect(now(await client.sync(asked([0, 1])))).toEqual([]);
  expect(now(await client.sync(asked([0, 1])))).toBeUndefined();
});

it("tells of the rooms that an extension names: by list, and by subscription", async () => {
  const [room, other] = [await sharedRoom(), await sharedRoom()];
  const settings = (typing: object): object => ({
    lists: { one: { ranges: [[0, 0]], timeline_limit: 0 } },
    room_subscriptions: { [room]: { timeline_limit: 0 } },
    extensions: { typing: { enabled: true, ...typing } },
  });
  await ok(bob, "PUT", path(room, `/typing/${bob.userId}`), { typing: true, timeout: 30_000 });
  await say(alice, other);
  await ok(bob, "PUT", path(other, `/typing/${bob.userId}`), { typing: true, timeout: 30_000 });
  for (const [typing, rooms] of [
    [{}, [room, other]],
    [{ rooms: ["*"], lists: ["*"] }, [room, other]],
    [{ rooms: [] }, [other]],
    [{ lists: [] }, [room]],
    [{ lists: ["none"], rooms: [room] }, [room]],
    [{ lists: [], rooms: [other] }, []],
  ] as const) {
    const told = (await new SlidingConnection(server, alice).sync(settings(typing))).extensions.typing?.rooms ?? {};
    expect([typing, new Set(Object.keys(told))]).toEqual([typing, new Set(rooms)]);
  }
});
