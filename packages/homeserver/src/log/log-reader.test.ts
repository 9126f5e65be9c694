import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TimerClock } from "@patrix/concurrency";
import { describe, expect, it } from "vitest";
import { operation, query, write } from "../store/statement.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { Log } from "./log.ts";
import { LogReader, type LogReaderOptions, type ReadFacts } from "./log-reader.ts";

const insertFact = write<[pos: number, userNid: number]>(
  "insertFact",
  `insert into to_device (pos, device_nid, json) values (?1, ?2, '{}')`,
);
const factsBetween = query<
  [after: number, upTo: number, shard: number, limit: number],
  { readonly pos: number; readonly user_nid: number }
>("factsBetween", `select pos, device_nid as user_nid from to_device where pos > ?1 and pos <= ?2 and pos % 64 = ?3 order by pos limit ?4`);
const countEffect = write<[key: string]>(
  "countEffect",
  `insert into meta (key, value) values (?1, '1') on conflict (key) do update set value = cast(value as integer) + 1`,
);
const effects = query<[], { readonly key: string; readonly value: string }>(
  "effects",
  `select key, value from meta where key like 'effect %'`,
);

interface Fixture extends AsyncDisposable {
  readonly store: SqliteStore;
  readonly log: Log;
  add(shard: number, value: number): Promise<void>;
  follow(options: Partial<LogReaderOptions<number>>, sleep?: TimerClock["sleep"]): Promise<LogReader<number>>;
}

async function open(path: string, shards = 1): Promise<Fixture> {
  const store = await SqliteStore.open(path);
  const log = await Log.open(store, shards);
  const read: ReadFacts<number> = async ({ shard, after, upTo, limit }) =>
    (await store.all(factsBetween, after, upTo, shard, limit)).map((row) => ({ pos: row.pos, fact: row.user_nid }));
  return {
    store,
    log,
    async add(shard, value) {
      const pos = log.next(shard);
      await log.append({ positions: [pos], operations: [operation(insertFact, pos, value)] });
    },
    follow: (options, sleep = async () => {}) =>
      LogReader.open(
        { store, log, clock: { now: () => 0, sleep } },
        { name: "test", start: "beginning", read, handle: async () => [], ...options },
      ),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

async function inFolder(run: (path: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "patrix-reader-"));
  await run(join(folder, "patrix.db"));
  await rm(folder, { recursive: true });
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

describe.each([1, 3])("a reader of the log of %i shards", (shards) => {
  it("gets every fact once and in the order of its shard, those before it and those that come", async () =>
    inFolder(async (path) => {
      await using fixture = await open(path, shards);
      for (const value of upTo(250)) await fixture.add(value % shards, value);
      const seen: number[] = [];
      await using _reader = await fixture.follow({
        handle: async (facts) => {
          seen.push(...facts);
          return [];
        },
      });
      for (const value of upTo(50)) await fixture.add(value % shards, 250 + value);
      await expect.poll(() => seen.length).toBe(300);
      for (let shard = 0; shard < shards; shard++)
        expect(seen.filter((value) => (value < 250 ? value : value - 250) % shards === shard)).toEqual(
          upTo(300).filter((value) => (value < 250 ? value : value - 250) % shards === shard),
        );
    }));

  it("goes on where it was, and one that is new with what comes if it is told so", async () =>
    inFolder(async (path) => {
      const seen: number[] = [];
      const handle = async (facts: readonly number[]) => {
        seen.push(...facts);
        return [];
      };
      for (const round of [0, 1, 2]) {
        await using fixture = await open(path, shards);
        for (const value of upTo(10)) await fixture.add(0, round * 10 + value);
        await using _reader = await fixture.follow({ handle });
        await expect.poll(() => seen.length).toBe((round + 1) * 10);
        const late: number[] = [];
        await using _late = await fixture.follow({
          name: `late ${round}`,
          start: "now",
          handle: async (facts) => (late.push(...facts), []),
        });
        await fixture.add(0, -1);
        await expect.poll(() => late).toEqual([-1]);
        await expect.poll(() => seen.length).toBe((round + 1) * 10 + 1);
        seen.pop();
      }
      expect(seen).toEqual(upTo(30));
    }));
});

describe("a batch that fails", () => {
  it("comes again, later each time, and what it writes takes effect once", async () =>
    inFolder(async (path) => {
      await using fixture = await open(path);
      for (const value of upTo(5)) await fixture.add(0, value);
      const waits: number[] = [];
      let failures = 3;
      const tries: (readonly number[])[] = [];
      await using _reader = await fixture.follow({
        handle: async (facts) => {
          tries.push(facts);
          if (failures-- > 0) throw new Error("not now");
          return facts.map((value) => operation(countEffect, `effect ${value}`));
        },
        failed: (_error, retryMs) => waits.push(retryMs),
      });
      await expect.poll(async () => (await fixture.store.all(effects)).length).toBe(5);
      expect((await fixture.store.all(effects)).every(({ value }) => Number(value) === 1)).toBe(true);
      expect(tries).toEqual([1, 2, 3, 4].map(() => upTo(5)));
      expect(waits).toEqual([1_000, 2_000, 4_000]);
    }));
});

describe("a reader that hands on from memory", () => {
  it("is waited for until it has reached a cut, and its writes go with the next commit", async () =>
    inFolder(async (path) => {
      await using fixture = await open(path);
      const handled: number[] = [];
      const gates: (() => void)[] = [];
      await using reader = await fixture.follow({
        carries: true,
        handle: async (facts) => {
          await new Promise<void>((resolve) => gates.push(resolve));
          handled.push(...facts);
          return facts.map((value) => operation(countEffect, `effect ${value}`));
        },
      });
      expect(reader.reached(fixture.log.committed)).toBeUndefined();
      await fixture.add(0, 1);
      const reached = reader.reached(fixture.log.committed);
      await expect.poll(() => gates.length).toBe(1);
      expect(handled).toEqual([]);
      gates[0]?.();
      await reached;
      expect(handled).toEqual([1]);
      const pos = fixture.log.committed[0] ?? 0;
      expect([reader.isStored(pos * 64), await fixture.store.all(effects)]).toEqual([false, []]);
      await fixture.log.flushed();
      expect(reader.isStored(pos * 64)).toBe(true);
      expect(await fixture.store.all(effects)).toEqual([{ key: "effect 1", value: "1" }]);
    }));

  it("holds nobody up while it fails", async () =>
    inFolder(async (path) => {
      await using fixture = await open(path);
      await using reader = await fixture.follow(
        {
          carries: true,
          handle: async () => {
            throw new Error("not now");
          },
        },
        (_ms, signal) => new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
      );
      await fixture.add(0, 1);
      await reader.reached(fixture.log.committed);
      expect(reader.reached(fixture.log.committed)).toBeUndefined();
    }));
});
