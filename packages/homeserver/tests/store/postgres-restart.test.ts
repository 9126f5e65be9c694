// The database server stops as in a crash and comes back, twenty times, under load.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Cluster, findPostgres, startCluster } from "../../../../scripts/postgres/throw-away-cluster.ts";
import { PostgresStore } from "../../src/store/postgres/postgres-store.ts";
import { operation, query, write } from "../../src/store/statement.ts";
import { testHomeserver, type TestUser } from "../../src/testing/index.ts";
import { messagesOf } from "../messages-of.ts";

const RESTARTS = 20;
const insert = write<[key: string, value: string]>("insert", `insert into meta (key, value) values (?1, ?2)`);
// Not the same when done twice.
const count = write<[kind: string]>(
  "count",
  `insert into counters (kind, shard, value) values (?1, 0, 1) on conflict (kind, shard) do update set value = counters.value + 1`,
);
const counted = query<[kind: string], { readonly value: number }>("counted", `select value from counters where kind = ?1`);
const keys = query<[prefix: string], { readonly key: string }>("keys", `select key from meta where key like ?1`);

const hasPostgres = findPostgres() !== undefined;
if (!hasPostgres) it.skip("PostgreSQL is not installed, so its restarts are not tested");

describe.skipIf(!hasPostgres)(`a database server that crashes ${RESTARTS} times`, { timeout: 300_000 }, () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster({ isDurable: true });
    const client = new Client({ connectionString: cluster.url });
    await client.connect();
    for (const name of ["messages", "away"]) await client.query(`create database ${name}`);
    await client.end();
  });
  afterAll(() => cluster.remove());

  /** Crashes the server again and again, each time a little later after it was back. */
  async function crash(isUnderWay: () => Promise<void>): Promise<void> {
    for (let round = 0; round < RESTARTS; round++) {
      await isUnderWay();
      await pause(round * 7);
      await cluster.halt("immediate");
      await cluster.start();
    }
  }

  it("loses and repeats nothing of a store's commits, and its reads go on", async () => {
    // A crowded machine may take long to start a server.
    await using store = await PostgresStore.open(cluster.url, { patienceMs: 120_000 });
    const outages: (string | undefined)[] = [];
    store.onOutage((reason) => outages.push(reason));
    const kept: string[] = [];
    const refused: string[] = [];
    const work = { isOn: true };
    let reads = 0;
    const writing = Array.from({ length: 8 }, async (_, writer) => {
      for (let i = 0; work.isOn; i++) {
        const key = `w ${writer} ${i}`;
        await store.commit([operation(insert, key, ""), operation(count, "all"), operation(count, `writer ${writer}`)]).then(
          () => kept.push(key),
          () => refused.push(key),
        );
      }
    });
    const reading = Array.from({ length: 4 }, async () => {
      for (let last = 0; work.isOn; reads++) {
        const { value } = (await store.get(counted, "all")) ?? { value: 0 };
        expect(value).toBeGreaterThanOrEqual(last);
        last = value;
      }
    });
    let before = 0;
    await crash(async () => {
      await expect.poll(() => kept.length, { timeout: 20_000, interval: 1 }).toBeGreaterThan(before + 50);
      before = kept.length;
    });
    await expect.poll(() => kept.length, { timeout: 20_000 }).toBeGreaterThan(before + 50);
    work.isOn = false;
    await Promise.all([...writing, ...reading]);
    const stored = (await store.all(keys, "w %")).map(({ key }) => key);
    process.stdout.write(
      `restarts: ${RESTARTS}, commits kept: ${kept.length}, refused: ${refused.length}, stored: ${stored.length}, reads: ${reads}\n`,
    );
    expect(stored.toSorted()).toEqual(kept.toSorted());
    expect((await store.get(counted, "all"))?.value).toBe(kept.length);
    expect(outages.length).toBeGreaterThan(0);
    expect(outages.at(-1)).toBeUndefined();
  });

  it("loses and repeats no message that a homeserver has acknowledged, which is in service afterwards", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-restart-"));
    await using server = await testHomeserver({ dataDir, config: { database: { url: cluster.urlOf("messages") } } });
    const users = await Promise.all(["a", "b", "c", "d", "e", "f"].map((name) => server.register(name)));
    const room = await server.createRoom(users[0] as TestUser);
    await Promise.all(users.slice(1).map((user) => server.requestAs(user, "POST", `/join/${room}`, {})));
    const sent = new Map<string, string>();
    const work = { isOn: true };
    let repeated = 0;
    const sending = users.map(async (user, sender) => {
      for (let i = 0; work.isOn; i++) {
        const body = `${sender}-${i}`;
        // A client repeats what was not answered, with the same transaction ID.
        for (let id: unknown; id === undefined;) {
          const answer = await server.requestAs(user, "PUT", `/rooms/${room}/send/m.room.message/${body}`, { msgtype: "m.text", body });
          if (answer.status === 200) sent.set(body, String((id = answer.body["event_id"])));
          else repeated++;
        }
      }
    });
    let before = 0;
    await crash(async () => {
      await expect.poll(() => sent.size, { timeout: 30_000, interval: 1 }).toBeGreaterThan(before + 30);
      before = sent.size;
    });
    work.isOn = false;
    await Promise.all(sending);
    const stored = await messagesOf(server, users[1] as TestUser, room);
    process.stdout.write(
      `restarts: ${RESTARTS}, messages acknowledged: ${sent.size}, stored: ${stored.length}, requests repeated: ${repeated}\n`,
    );
    expect(stored.length).toBe(new Set(stored.map(([body]) => body)).size);
    expect(new Map(stored)).toEqual(sent);
    await rm(dataDir, { recursive: true });
  });

  it("that is away for long is told of with 503, to who reads and to who writes, and the same request succeeds when it is back", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-away-"));
    await using server = await testHomeserver({ dataDir, config: { database: { url: cluster.urlOf("away") } } });
    const alice = await server.register("alice");
    const room = await server.createRoom(alice);
    const send = (): Promise<{ status: number; body: { errcode?: string } }> =>
      server.requestAs(alice, "PUT", `/rooms/${room}/send/m.room.message/1`, { msgtype: "m.text", body: "hello" });
    await cluster.halt("immediate");
    const answers = await Promise.all([send(), server.requestAs(alice, "GET", `/profile/${alice.userId}`)]);
    for (const answer of answers)
      expect(answer).toMatchObject({
        status: 503,
        body: { errcode: "M_UNKNOWN", error: expect.stringMatching(/database does not answer/) },
      });
    await cluster.start();
    await expect.poll(async () => (await send()).status, { timeout: 30_000 }).toBe(200);
    expect(await messagesOf(server, alice, room)).toHaveLength(1);
    await rm(dataDir, { recursive: true });
  });
});
