import { afterAll, expect, it } from "vitest";
import type { TestHomeserver, TestUser } from "../../src/testing/index.ts";
import { say, timelineOf, twoServers, until } from "./federated.ts";

const servers = await twoServers();
const { network, a, b, alice, bob } = servers;
afterAll(() => servers[Symbol.asyncDispose]());

/** The types of everything that a user reads in a room, page by page, oldest first. */
async function readAll(server: TestHomeserver, user: TestUser, room: string, limit: number): Promise<string[]> {
  const read: string[] = [];
  for (let from = ""; ;) {
    const { body } = await server.requestAs<{ chunk: { type: string; content: { body?: string } }[]; end?: string }>(
      user,
      "GET",
      `/rooms/${room}/messages?dir=b&limit=${limit}${from}`,
    );
    read.push(...body.chunk.map(({ type, content }) => content.body ?? type));
    if (body.end === undefined || body.chunk.length === 0) return read.toReversed();
    from = `&from=${body.end}`;
  }
}

it.each([
  ["10", 10],
  ["12", 7],
])("the history of a room of version %s is fetched when somebody reads it, whole and in order", async (version, limit) => {
  const room = await a.createRoom(alice, { room_version: version });
  const said = Array.from({ length: 130 }, (_, i) => `m${i}`);
  for (const [index, body] of said.entries()) {
    await say(a, alice, room, body);
    if (index === 60) await a.requestAs(alice, "PUT", `/rooms/${room}/state/m.room.topic/`, { topic: "new" });
  }
  await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});
  const [there, here] = [await readAll(a, alice, room, 100), await readAll(b, bob, room, limit)];
  expect(here).toEqual(there);
  expect(here.filter((text) => text.startsWith("m") && !text.startsWith("m."))).toEqual(said);
  // What is there is not asked for again.
  const asked = network.requests.filter(({ target }) => target.includes("/backfill/")).length;
  await readAll(b, bob, room, limit);
  expect(network.requests.filter(({ target }) => target.includes("/backfill/"))).toHaveLength(asked);
});

it("messages that were lost on the way are fetched with the next one", async () => {
  const room = await a.createRoom(alice);
  await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});
  await say(b, bob, room, "hello");
  await until(async () => (await timelineOf(a, alice, room)).includes("hello"));
  // The server takes them and forgets them.
  network.fault = ({ target, to }) => (to === "b.example" && target.includes("/send/") ? { status: 200, body: { pdus: {} } } : undefined);
  for (const body of ["1", "2", "3"]) await say(a, alice, room, body);
  await until(async () => network.requests.some(({ body }) => body?.includes('"body":"3"') === true));
  network.fault = undefined;
  await say(a, alice, room, "4");
  await until(async () => (await timelineOf(b, bob, room)).includes("4"));
  expect(await timelineOf(b, bob, room)).toEqual(["hello", "1", "2", "3", "4"]);
});

it("a server that was away gets what it missed, also after the sender was started again", async () => {
  const room = await a.createRoom(alice);
  await b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});
  network.fault = ({ to }) => (to === "b.example" ? "lost" : undefined);
  for (const body of ["1", "2", "3"]) await say(a, alice, room, body);
  network.fault = undefined;
  await until(async () => (await timelineOf(b, bob, room)).join() === "1,2,3");
});
