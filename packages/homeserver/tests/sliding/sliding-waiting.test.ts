// A client of sliding sync that comes back with the position of its last answer and asks the same again: nothing is worked out for it until
// something touches its user, and then it is told all of it.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type TestHomeserver, testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { RoomList } from "../../src/sync/sliding/room-list.ts";
import { SlidingConnection } from "./sliding-requests.ts";

const WAIT_MS = 30_000;
const others = { e2ee: { enabled: true }, account_data: { enabled: true }, receipts: { enabled: true }, typing: { enabled: true } };
type Form = "deployed" | "merged";
const lists = {
  deployed: { all: { ranges: [[0, 9]], timeline_limit: 10 } },
  merged: { all: { range: [0, 9], timeline_limit: 10, required_state: {} } },
};

/** What a client asks that has got the messages to its device up to a token. */
function asks(form: Form, since?: string, limit?: number): object {
  const toDevice = { enabled: true, ...(since !== undefined && { since }), ...(limit !== undefined && { limit }) };
  return { lists: lists[form], extensions: { to_device: toDevice, ...others } };
}

let server: TestHomeserver;
let alice: TestUser;
let bob: TestUser;
let room: string;
beforeAll(async () => {
  // That somebody comes and goes would wake who waits.
  server = await testHomeserver({ config: { presence: { enabled: false } } });
  [alice, bob] = [await server.register("alice"), await server.register("bob")];
  room = await server.createRoom(alice, { preset: "public_chat" });
  await ok(bob, "POST", `/join/${encodeURIComponent(room)}`);
});
afterAll(() => server[Symbol.asyncDispose]());

let count = 0;
let isTyping = false;
async function ok(user: TestUser, method: string, path: string, body: object = {}): Promise<Record<string, unknown>> {
  const answer = await server.requestAs(user, method, path, body);
  expect([path, answer.status]).toEqual([path, 200]);
  return answer.body;
}
const inRoom = (path: string, roomId = room): string => `/rooms/${encodeURIComponent(roomId)}${path}`;
const say = async (): Promise<string> =>
  String((await ok(bob, "PUT", inRoom(`/send/m.room.message/w${++count}`), { msgtype: "m.text", body: "x" }))["event_id"]);

/** An answer that comes before others have written ten times. */
async function atOnce<T extends object>(answer: Promise<T>): Promise<T> {
  const late = (async () => {
    for (let i = 0; i < 10; i++) await ok(bob, "PUT", `/user/${bob.userId}/account_data/a.b`, { i });
  })();
  const first = await Promise.race([answer, late]);
  await late;
  if (!first) throw new Error("the answer waits");
  return first;
}

/** What of an answer is news. */
const newsOf = ({ rooms, extensions: told }: Awaited<ReturnType<SlidingConnection["sync"]>>): string[] => [
  ...Object.keys(rooms),
  ...(told.to_device?.events.length ? ["to_device"] : []),
  ...(told.e2ee?.device_lists ? ["device_lists"] : []),
  ...Object.keys(told).filter((name) => name !== "to_device" && name !== "e2ee"),
];

/** A client that was told all there is, and what it asks next. */
async function settled(form: Form): Promise<{ readonly client: SlidingConnection; readonly asked: object }> {
  const client = new SlidingConnection(server, alice, form);
  const first = await client.sync(asks(form));
  const asked = asks(form, first.extensions.to_device?.next_batch);
  expect(newsOf(await client.sync(asked))).toEqual([]);
  return { client, asked };
}

/** What brings news to Alice, and where it is told. */
const touches: readonly (readonly [name: string, touch: () => Promise<unknown>, news: () => string[]])[] = [
  ["a message", say, () => [room]],
  ["an invite", async () => ok(bob, "POST", "/createRoom", { invite: [alice.userId] }), () => [expect.stringMatching(/^!/)]],
  ["a change of the state", () => ok(alice, "PUT", inRoom(`/state/m.room.topic/`), { topic: `t${++count}` }), () => [room]],
  ["typing", () => ok(bob, "PUT", inRoom(`/typing/${bob.userId}`), { typing: (isTyping = !isTyping), timeout: 30_000 }), () => ["typing"]],
  ["a receipt", async () => ok(bob, "POST", inRoom(`/receipt/m.read/${encodeURIComponent(await say())}`)), () => [room]],
  ["account data", () => ok(alice, "PUT", `/user/${alice.userId}/account_data/a.b`, { n: ++count }), () => ["account_data"]],
  ["a tag", () => ok(alice, "PUT", `/user/${alice.userId}${inRoom(`/tags/u.t${++count}`)}`), () => ["account_data"]],
  [
    "a message to the device",
    () => ok(bob, "PUT", `/sendToDevice/a.b/${++count}`, { messages: { [alice.userId]: { "*": {} } } }),
    () => ["to_device"],
  ],
];

describe.each(["deployed", "merged"] as const)("a client of the %s form that waits", (form) => {
  it.each(touches)("is woken by %s, and only then is worked out what there is", async (_name, touch, news) => {
    const { client, asked } = await settled(form);
    await say();
    expect(newsOf(await client.sync(asked))).toEqual([room]);
    using working = vi.spyOn(RoomList.prototype, "candidates");
    const waiting = client.sync(asked, WAIT_MS);
    // Its request has come before this one is answered.
    await ok(bob, "PUT", `/user/${bob.userId}/account_data/a.b`);
    expect(working).not.toHaveBeenCalled();
    await touch();
    expect(newsOf(await waiting)).toEqual(expect.arrayContaining(news()));
  });
});

it("who asks for something else, or has not got the last answer, is told at once", async () => {
  const { client, asked } = await settled("deployed");
  const { pos } = client;
  await say();
  expect(newsOf(await client.sync(asked))).toEqual([room]);
  const again = await client.ask(asked, pos, WAIT_MS);
  expect(newsOf(again.body)).toEqual([room]);
  const more = { ...asked, lists: { all: { ranges: [[0, 9]], timeline_limit: 1, required_state: [["m.room.create", ""]] } } };
  expect(Object.keys((await client.sync(more, WAIT_MS)).rooms)).toContain(room);
});

it("a message to the device comes again, at once, until its client says that it has it, and so does the next page", async () => {
  const { client, asked } = await settled("deployed");
  const sent = [++count, ++count];
  for (const n of sent) await ok(bob, "PUT", `/sendToDevice/a.b/${n}`, { messages: { [alice.userId]: { "*": { n } } } });
  const numbers = ({ extensions }: Awaited<ReturnType<SlidingConnection["sync"]>>): unknown[] =>
    extensions.to_device?.events.map(({ content }) => content["n"]) ?? [];
  for (const _ of sent) expect(numbers(await atOnce(client.sync(asked, WAIT_MS)))).toEqual(sent);
  const page = await atOnce(client.sync(asks("deployed", undefined, 1), WAIT_MS));
  expect(numbers(page)).toHaveLength(1);
  expect(numbers(await atOnce(client.sync(asks("deployed", page.extensions.to_device?.next_batch, 1), WAIT_MS)))).toHaveLength(1);
});
