import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { Log } from "./log.ts";
import { Numbers } from "./numbers.ts";
import { shardOf } from "./position.ts";

it("gives numbers of their shard that are never given again, whatever became of what had them, over restarts too", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-numbers-"));
  const given = new Set<number>();
  for (let start = 0; start < 4; start++) {
    await using store = await SqliteStore.open(join(folder, "patrix.db"));
    const log = await Log.open(store, 3);
    const numbers = await Numbers.open({ store, carry: log.carry.bind(log), shards: 3 }, "device", start === 0 ? 700 : 0);
    const others = await Numbers.open({ store, carry: log.carry.bind(log), shards: 3 }, "room", 0);
    for (let i = 0; i < 300; i++) {
      const nid = numbers.next(i % 3);
      expect(shardOf(nid)).toBe(i % 3);
      expect(nid).toBeGreaterThan(700);
      expect(given.has(nid)).toBe(false);
      given.add(nid);
      others.next(0);
    }
    await log.flushed();
  }
  expect(given.size).toBe(1_200);
  await rm(folder, { recursive: true });
});
