import { describe, expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { operation, type WriteOperation } from "../store/statement.ts";
import { metaValue, upsertMeta } from "../store/statements/shards.ts";
import type { Store } from "../store/store.ts";
import { lastCovered, type Position, shardOf } from "./position.ts";

const set = (key: string, value: string): WriteOperation => operation(upsertMeta, key, value);

/** Counts the operations of each commit, and makes as many fail as it is told to. */
class Faults {
  readonly commits: number[] = [];
  next = 0;

  readonly wrapStore = (store: Store): Store => ({
    get: (statement, ...params) => store.get(statement, ...params),
    all: (statement, ...params) => store.all(statement, ...params),
    commit: async (batch) => {
      this.commits.push(batch.length);
      if (this.next-- > 0) throw new Error("the disk is full");
      await store.commit(batch);
    },
    onFailure: (listener) => store.onFailure(listener),
    onOutage: (listener) => store.onOutage(listener),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  });
}

describe("a fact", () => {
  it("is stored, then visible, then told to listeners, then acknowledged, each in the order of the appends", async () => {
    await using fixture = await temporaryCore();
    const { log, store } = fixture.core;
    const seen: string[] = [];
    const before = log.committed;
    log.onCommit((committed) => seen.push(`committed ${committed[0] === 2}`));
    const appends = ["a", "b"].map(async (key) => {
      const publish = (): void => void seen.push(`publish ${key}, committed ${log.committed[0] !== before[0]}`);
      await log.append({ positions: [log.next(0)], operations: [set(key, "1")], publish });
      seen.push(`acknowledged ${key} ${(await store.get(metaValue, key))?.value}`);
    });
    expect([log.committed, seen]).toEqual([before, []]);
    await Promise.all(appends);
    expect(seen).toEqual([
      "publish a, committed true",
      "publish b, committed true",
      "committed true",
      "acknowledged a 1",
      "acknowledged b 1",
    ]);
  });

  it("takes the next position of its shard, and none that was ever given, committed or not, over restarts", async () => {
    await using fixture = await temporaryCore({ shards: 3 });
    const given = new Set<Position>();
    for (let start = 0; start < 3; start++) {
      const { log } = start === 0 ? fixture.core : await fixture.restart();
      for (let i = 0; i < 60; i++) {
        const shard = i % 3;
        const pos = log.next(shard);
        expect([shardOf(pos), given.has(pos), pos > lastCovered(log.committed, shard)]).toEqual([shard, false, true]);
        given.add(pos);
        // What is given last is never committed.
        if (i < 30) await log.append({ positions: [pos], operations: [] });
      }
    }
    expect(given.size).toBe(180);
  });

  it("is nobody else's failure when making it visible throws", async () => {
    await using fixture = await temporaryCore();
    const { log } = fixture.core;
    const publish = (): void => {
      throw new Error("of this one");
    };
    const [bad, good] = await Promise.allSettled([
      log.append({ positions: [log.next(0)], operations: [], publish }),
      log.append({ positions: [log.next(0)], operations: [] }),
    ]);
    expect([bad?.status, good?.status]).toEqual(["rejected", "fulfilled"]);
  });
});

describe("a batch that cannot be stored", () => {
  it("takes with it what was queued behind it, and what it carried is stored with the next one", async () => {
    const faults = new Faults();
    await using fixture = await temporaryCore({ wrapStore: faults.wrapStore });
    const { log, store } = fixture.core;
    const reverted: string[] = [];
    const append = (key: string): Promise<void> =>
      log.append({ positions: [log.next(0)], operations: [set(key, "1")], revert: () => void reverted.push(key) });
    const before = log.committed;
    faults.next = 1;
    log.carry(set("carried", "1"));
    const outcomes = await Promise.allSettled(Array.from({ length: 300 }, (_, i) => append(`lost ${i}`)));
    expect(new Set(outcomes.map(({ status }) => status))).toEqual(new Set(["rejected"]));
    expect([reverted.length, reverted[0], reverted.at(-1), log.committed]).toEqual([300, "lost 0", "lost 299", before]);
    expect(await store.get(metaValue, "carried")).toBeUndefined();
    await append("kept");
    expect([await store.get(metaValue, "carried"), await store.get(metaValue, "kept")]).toEqual([{ value: "1" }, { value: "1" }]);
  });
});

describe("the log", () => {
  it("commits what waits in batches of 256, and refuses new work at 20,000", async () => {
    const faults = new Faults();
    await using fixture = await temporaryCore({ wrapStore: faults.wrapStore });
    const { log } = fixture.core;
    const [operations, { length: commits }] = [[set("a", "1")], faults.commits];
    for (let i = 0; i < 19_999; i++) void log.append({ positions: [], operations });
    expect(log.overloaded).toBe(false);
    void log.append({ positions: [], operations });
    expect(log.overloaded).toBe(true);
    await log.flushed();
    expect(log.overloaded).toBe(false);
    expect(faults.commits.slice(commits)).toEqual([...Array.from({ length: 78 }, () => 256), 20_000 - 78 * 256]);
  }, 60_000);

  it("is flushed when what it carries is written too, though nothing follows", async () => {
    await using fixture = await temporaryCore();
    const { log, store } = fixture.core;
    log.carry(set("carried", "1"));
    await log.flushed();
    expect(await store.get(metaValue, "carried")).toEqual({ value: "1" });
  });

  it("calls back no one who has ended that", async () => {
    await using fixture = await temporaryCore();
    const { log } = fixture.core;
    let calls = 0;
    const end = log.onCommit(() => calls++);
    await log.append({ positions: [], operations: [] });
    end();
    await log.append({ positions: [], operations: [] });
    expect(calls).toBe(1);
  });

  it("keeps the number of shards that its data was made with", async () => {
    await using fixture = await temporaryCore({ shards: 3 });
    expect((await fixture.restart()).log.shards).toBe(3);
  });
});
