// Messages for a device that does not come: the newest are kept, of each sender.
import { expect, it } from "vitest";
import { limits } from "../src/limits.ts";
import { operation, query } from "../src/store/statement.ts";
import { insertToDevice, toDeviceUpTo } from "../src/store/statements/to-device.ts";
import { testHomeserver } from "../src/testing/index.ts";
import { composed } from "./remote/compose.ts";

const client = "/_matrix/client/v3";

interface Synced {
  readonly next_batch: string;
  readonly to_device?: { readonly events: readonly { readonly content: { readonly n: number } }[] };
}

it("loses the oldest of a queue that has become too large, and gives the rest a hundred at a time, in order", async () => {
  await using server = await testHomeserver();
  const alice = await server.register("alice");
  const bob = await server.register("bob");
  const padding = "x".repeat(60_000);
  const count = Math.ceil(limits.toDeviceQueueBytes.value / padding.length) + 150;
  for (let n = 0; n < count; n++) {
    const messages = { [bob.userId]: { [bob.deviceId]: { n, padding } } };
    const { status } = await server.request("PUT", `${client}/sendToDevice/org.example/${n}`, { messages }, alice.accessToken);
    expect(status).toBe(200);
  }
  const got: number[] = [];
  let since = "";
  for (;;) {
    const { body } = await server.request<Synced>("GET", `${client}/sync?timeout=0${since}`, undefined, bob.accessToken);
    const events = body.to_device?.events ?? [];
    expect(events.length).toBeLessThanOrEqual(limits.toDeviceInAnswer.value);
    if (events.length === 0) break;
    got.push(...events.map(({ content }) => content.n));
    since = `&since=${body.next_batch}`;
  }
  const first = got[0] ?? 0;
  expect(first).toBeGreaterThan(0);
  expect(got).toEqual(Array.from({ length: count - first }, (_, i) => first + i));
  const bytes = got.length * padding.length;
  expect(bytes).toBeLessThan(limits.toDeviceQueueBytes.value + 64 * (padding.length + 200));
  expect(bytes).toBeGreaterThan(limits.toDeviceQueueBytes.value * 0.9);
});

it("takes from whoever has filled the queue, and leaves what others have sent", async () => {
  await using server = await composed();
  const { core, e2ee, accounts } = server.parts;
  const device = async (localpart: string) => {
    const account = await accounts.accounts.create({ localpart });
    const owner = await accounts.tokens.lookup((await accounts.sessions.open(account, {})).access_token);
    if (typeof owner !== "object") throw new Error(`${localpart} is not logged in`);
    return owner;
  };
  const [flooder, friend, target] = [await device("flooder"), await device("friend"), await device("target")];
  const send = (from: typeof friend, n: number, padding = "") =>
    e2ee.toDevice.send(from, "org.example", `${n}`, { [target.userId]: { [target.deviceId]: { from: from.userId, n, padding } } });
  // Small messages count as their share of the queue: nobody can put a million of them in.
  for (let n = 0; n < 150; n++) await send(friend, n);
  const filling = Array.from({ length: limits.toDeviceQueue.value }, (_, n) => ({ n, pos: core.log.next(0) }));
  const json = (n: number) => JSON.stringify({ content: { from: flooder.userId, n } });
  const operations = filling.map(({ n, pos }) => operation(insertToDevice, pos, target.deviceNid, flooder.userNid, json(n)));
  await core.log.append({ positions: filling.map(({ pos }) => pos), operations });
  for (let n = 0; n < 200; n++) await send(flooder, limits.toDeviceQueue.value + n);
  const waiting = (await core.store.all(toDeviceUpTo, target.deviceNid, Number.MAX_SAFE_INTEGER, 100_000)).map(
    ({ json }) => (JSON.parse(json) as { readonly content: { readonly from: string; readonly n: number } }).content,
  );
  const numbersOf = (userId: string): number[] => waiting.filter(({ from }) => from === userId).map(({ n }) => n);
  expect(numbersOf(friend.userId)).toEqual(Array.from({ length: 150 }, (_, n) => n));
  const ofFlooder = numbersOf(flooder.userId);
  expect(ofFlooder.at(-1)).toBe(limits.toDeviceQueue.value + 199);
  expect(ofFlooder).toEqual(ofFlooder.map((_, i) => (ofFlooder[0] ?? 0) + i));
  expect(waiting.length).toBeLessThan(limits.toDeviceQueue.value + 64);
  expect(waiting.length).toBeGreaterThan(limits.toDeviceQueue.value * 0.98);
});

it("remembers so many answers that a device has not confirmed, and loses no message of the last ones", async () => {
  await using server = await composed();
  const { core, e2ee, accounts } = server.parts;
  const account = await accounts.accounts.create({ localpart: "alice" });
  const alice = await accounts.tokens.lookup((await accounts.sessions.open(account, {})).access_token);
  if (typeof alice !== "object") throw new Error("alice is not logged in");
  const most = limits.toDeviceInAnswer.value;
  for (let n = 0; n <= most; n++) await e2ee.toDevice.send(alice, "org.example", `${n}`, { [alice.userId]: { [alice.deviceId]: { n } } });
  let token = core.log.committed;
  for (let i = 0; i < limits.toDevicePages.value + 20; i++) {
    token = core.log.committed;
    expect(await e2ee.toDevice.pending(alice, token)).toHaveLength(most);
  }
  const count = query<[deviceNid: number], { count: number }>(
    "test.pages",
    "select count(*) as count from to_device_pages where device_nid = ?1",
  );
  expect(await core.store.get(count, alice.deviceNid)).toEqual({ count: limits.toDevicePages.value });
  await e2ee.toDevice.acknowledge(alice, token);
  expect(await e2ee.toDevice.pending(alice, core.log.committed)).toHaveLength(1);
});

it("gives a device no more bytes at once than go into an answer", async () => {
  await using server = await testHomeserver();
  const [alice, bob] = [await server.register("alice"), await server.register("bob")];
  const padding = "x".repeat(60_000);
  for (let n = 0; n < 40; n++)
    await server.requestAs(alice, "PUT", `/sendToDevice/org.example/${n}`, {
      messages: { [bob.userId]: { [bob.deviceId]: { n, padding } } },
    });
  const got: number[] = [];
  let since = "";
  for (let i = 0; i < 5 && got.length < 40; i++) {
    const { body } = await server.requestAs<Synced>(bob, "GET", `/sync?timeout=0${since}`);
    const events = body.to_device?.events ?? [];
    expect(JSON.stringify(events.slice(1)).length).toBeLessThan(limits.toDeviceBytesInAnswer.value);
    got.push(...events.map(({ content }) => content.n));
    since = `&since=${body.next_batch}`;
  }
  expect(got).toEqual(Array.from({ length: 40 }, (_, n) => n));
});
