// What monitoring systems read of the servers that are sent to.
import { afterEach, expect, it, vi } from "vitest";
import { testHomeserver } from "../../src/testing/index.ts";
import { type ServerAndPeer, serverAndPeer } from "./federated.ts";

let world: ServerAndPeer | undefined;
afterEach(async () => world?.a[Symbol.asyncDispose]());

const listeners = [{ host: "127.0.0.1", port: 0, resources: ["client", "federation", "metrics"] }];
const prefix = "patrix_federation_destination_";

/** The samples of a destination, by name. */
async function samples(url: string, destination: string): Promise<Record<string, number>> {
  const response = await fetch(`${url}/metrics`);
  const text = await response.text();
  // The text stands beside it, so that a failure says what came instead.
  expect([response.headers.get("content-type"), text]).toEqual(["text/plain; version=0.0.4; charset=utf-8", text]);
  const found: Record<string, number> = {};
  for (const line of text.split("\n")) {
    const [, name = "", labels = "", value] = /^([a-z_]+)\{(.*)\} (\S+)$/.exec(line) ?? [];
    if (!labels.includes(`destination="${destination}"`)) continue;
    const kind = /kind="(\w+)"/.exec(labels)?.[1];
    found[name.slice(prefix.length) + (kind === undefined ? "" : `.${kind}`)] = Number(value);
  }
  return found;
}

it("tells for each server what waits, what it has taken, when it is tried again, and why it failed", async () => {
  world = await serverAndPeer({ config: { metrics: true, listeners } });
  const { network, a, alice, peer, room } = world;
  peer.answers.set("/send/", () => ({ status: 200, body: { pdus: {} } }));
  let says = 0;
  const say = (): Promise<unknown> =>
    a.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/m${says++}`, { msgtype: "m.text", body: "x" });
  const of = (): Promise<Record<string, number>> => samples(a.url, peer.name);
  await say();
  // From here on it has a row.
  await vi.waitUntil(async () => Object.keys(await of()).length > 0, { timeout: 20_000 });
  const before = await of();
  await say();
  await vi.waitUntil(async () => ((await of())["pdus_total"] ?? 0) > (before["pdus_total"] ?? 0), { timeout: 20_000 });
  const begun = Date.now() / 1_000;
  const after = await of();
  expect(after).toMatchObject({
    queue_events: 0,
    queue_behind: 0,
    outbox_edus: 0,
    outbox_bytes: 0,
    consecutive_failures: 0,
    "failures_total.connection": 0,
  });
  expect(after["transactions_total"]).toBe((before["transactions_total"] ?? 0) + 1);
  expect(Math.abs((after["last_success_timestamp_seconds"] ?? 0) - begun)).toBeLessThan(60);

  network.fault = ({ target }) => (target.includes("/send/") ? "lost" : undefined);
  await say();
  await vi.waitUntil(async () => ((await of())["failures_total.connection"] ?? 0) >= 2, { timeout: 20_000 });
  const failing = await of();
  expect(failing).toMatchObject({ queue_events: 1, transactions_total: after["transactions_total"] });
  expect(failing["consecutive_failures"]).toBeGreaterThanOrEqual(2);
  await vi.waitUntil(async () => ((await of())["retry_timestamp_seconds"] ?? 0) > begun, { timeout: 20_000 });
  expect(await samples(a.url, "other")).toMatchObject({ queue_events: 0 });
});

it("is served only where a listener says so, and only if it is on", async () => {
  world = await serverAndPeer({ config: { metrics: true } });
  expect((await world.a.request("GET", "/metrics")).status).toBe(404);
  await using off = await testHomeserver({ config: { listeners } });
  expect((await off.request("GET", "/metrics")).status).toBe(404);
  await using alone = await testHomeserver({ config: { metrics: true, listeners } });
  const { status, body } = await alone.request<string>("GET", "/metrics");
  expect([status, body]).toEqual([200, "\n"]);
});
