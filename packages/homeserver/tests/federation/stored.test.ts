// What federation stores stands the check of the database and a restart.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { checkDatabase } from "../../src/compose/check-database.ts";
import { type TestHomeserver, testHomeserver, TestNetwork, type TestUser } from "../../src/testing/index.ts";
import { testDatabase } from "../../src/testing/test-database.ts";
import { testingConfig } from "../../src/testing/testing-config.ts";
import { say, timelineOf, until } from "./federated.ts";

let network: TestNetwork;
let a: TestHomeserver;
let alice: TestUser;
let folder: string;

beforeAll(async () => {
  network = new TestNetwork();
  folder = mkdtempSync(join(tmpdir(), "patrix-federated-"));
  a = await testHomeserver({ serverName: "a.example", network });
  alice = await a.register("alice");
});
afterAll(async () => {
  await a[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
});

const start = (): Promise<TestHomeserver> => testHomeserver({ serverName: "b.example", network, dataDir: folder });

it("passes the check of the database, and goes on after a restart where it was", async () => {
  let b = await start();
  const bob = await b.register("bob");
  const join_ = (room: string): Promise<{ status: number }> =>
    b.requestAs(bob, "POST", `/join/${encodeURIComponent(room)}?via=a.example`, {});
  const [shared, left, invited, rejected] = [
    await a.createRoom(alice),
    await a.createRoom(alice),
    await a.createRoom(alice),
    await a.createRoom(alice),
  ];
  for (const i of [1, 2, 3]) await say(a, alice, shared, `before ${i}`);
  for (const room of [shared, left]) expect(await join_(room)).toMatchObject({ status: 200 });
  for (const room of [invited, rejected]) await a.requestAs(alice, "POST", `/rooms/${room}/invite`, { user_id: bob.userId });
  await b.requestAs(bob, "POST", `/rooms/${rejected}/leave`, {});
  await timelineOf(b, bob, shared);
  await b.requestAs(bob, "POST", `/rooms/${left}/leave`, {});
  await a.requestAs(alice, "PUT", `/rooms/${left}/state/m.room.topic/`, { topic: "meanwhile" });
  // Once more in a room that went on without this server.
  expect(await join_(left)).toMatchObject({ status: 200 });
  const topic = await b.requestAs(bob, "GET", `/rooms/${left}/state/m.room.topic/`);
  expect(topic.body).toEqual({ topic: "meanwhile" });
  await say(b, bob, left, "again");
  await until(async () => (await timelineOf(a, alice, left)).includes("again"));
  await b.stop();
  await say(a, alice, shared, "while away");

  const { config } = await testDatabase(folder);
  const findings: unknown[] = [];
  const checked = testingConfig({ serverName: "b.example", dataDir: folder, config });
  await checkDatabase(checked, { found: (finding) => findings.push(finding) });
  expect(findings).toEqual([]);

  b = await start();
  try {
    const { body } = await b.requestAs(bob, "GET", "/sync");
    expect(Object.keys((body["rooms"]?.["invite"] ?? {}) as object)).toEqual([invited]);
    expect(Object.keys((body["rooms"]?.["join"] ?? {}) as object).toSorted()).toEqual([shared, left].toSorted());
    await until(async () => (await timelineOf(b, bob, shared)).includes("while away"), 20_000);
    await say(b, bob, shared, "back");
    await until(async () => (await timelineOf(a, alice, shared)).includes("back"));
  } finally {
    await b.stop();
  }
}, 60_000);
