// What one caller may ask for at once, and how much one answer holds.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

const client = "/_matrix/client/v3";

interface Page {
  readonly chunk: readonly { readonly content: { readonly body?: string } }[];
  readonly end?: string;
}

async function makeRoom(server: TestHomeserver, { accessToken }: TestUser, body: object = {}): Promise<string> {
  return String((await server.request("POST", `${client}/createRoom`, body, accessToken)).body["room_id"]);
}

it.each(["b", "f"])("cuts a page of large messages, and goes on where it was cut, read %s", async (dir) => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const room = await makeRoom(server, alice);
  const count = 60;
  const padding = "x".repeat(60_000);
  for (let i = 0; i < count; i++) {
    const path = `${client}/rooms/${room}/send/m.room.message/${i}`;
    expect((await server.request("PUT", path, { body: `${i}`, padding }, alice.accessToken)).status).toBe(200);
  }
  const read: string[] = [];
  let pages = 0;
  let from = "";
  for (;;) {
    const path = `${client}/rooms/${room}/messages?dir=${dir}&limit=1000${from}`;
    const { body } = await server.request<Page>("GET", path, undefined, alice.accessToken);
    expect(JSON.stringify(body).length).toBeLessThan(limits.pageBytes.value + 20 * 61_000);
    read.push(...body.chunk.flatMap(({ content }) => content.body ?? []));
    pages++;
    if (body.end === undefined || body.chunk.length === 0) break;
    from = `&from=${body.end}`;
  }
  const all = Array.from({ length: count }, (_, i) => `${i}`);
  expect(read).toEqual(dir === "f" ? all : all.toReversed());
  expect(pages).toBeGreaterThan(1);
});

it("lets only so many syncs of a user wait", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const { body } = await server.request("GET", `${client}/sync`, undefined, alice.accessToken);
  const sync = async ({ accessToken }: TestUser, timeoutMs: number): Promise<number> =>
    (await server.request("GET", `${client}/sync?since=${body["next_batch"]}&timeout=${timeoutMs}`, undefined, accessToken)).status;
  const past = 5;
  const waiting = Array.from({ length: limits.waitingSyncs.value + past }, () => sync(alice, 30_000));
  const refused = Promise.all(Array.from({ length: past }, () => Promise.race(waiting)));
  expect(await refused).toEqual(Array.from({ length: past }, () => 429));
  expect(await sync(bob, 0)).toBe(200);
  await server.request("PUT", `${client}/user/${alice.userId}/account_data/org.example`, {}, alice.accessToken);
  const statuses = await Promise.all(waiting);
  expect(statuses.filter((status) => status === 200)).toHaveLength(limits.waitingSyncs.value);
  expect(await sync(alice, 0)).toBe(200);
});

it("lets only so many expensive requests of a user wait for one another", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const query = async ({ accessToken }: TestUser): Promise<number> =>
    (await server.request("POST", `${client}/keys/query`, { device_keys: users }, accessToken)).status;
  const users = Object.fromEntries(Array.from({ length: limits.queriedUsers.value }, (_, i) => [`@user${i}:localhost`, []]));
  const room = limits.expensiveReads.value + limits.waitingReads.value;
  const statuses = await Promise.all([...Array.from({ length: room * 3 }, () => query(alice)), query(bob)]);
  expect(statuses.at(-1)).toBe(200);
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(room);
  expect(new Set(statuses)).toEqual(new Set([200, 429]));
  expect(await query(alice)).toBe(200);
});
