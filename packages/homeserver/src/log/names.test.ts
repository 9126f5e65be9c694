import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { users } from "../store/statements/names.ts";
import { SqliteStore } from "../store/sqlite/sqlite-store.ts";
import { Log } from "./log.ts";
import { Names } from "./names.ts";

it("has in memory what was loaded last, though much has gone from memory", async () => {
  const folder = await mkdtemp(join(tmpdir(), "patrix-names-"));
  {
    await using store = await SqliteStore.open(join(folder, "patrix.db"));
    const log = await Log.open(store);
    const names = await Names.open(store, users, log.carry.bind(log), 100);
    const nids: number[] = [];
    for (let i = 0; i < 130; i++) {
      nids.push(await names.intern(`@user${i}:example.org`));
      await log.flushed();
    }
    const inMemory = nids.filter((_, i) => names.peek(`@user${i}:example.org`) !== undefined);
    expect(inMemory.length).toBeLessThanOrEqual(100);
    const [gone = 0] = nids;
    const [oldest = 0] = inMemory;
    // Room is made for the one that has gone by dropping the oldest, which is wanted as well.
    for (let i = 0; i < 30; i++) await names.load([oldest, gone + i]);
    await names.load([oldest, gone]);
    expect([names.peekText(oldest), names.peekText(gone)]).toEqual([`@user${oldest - 1}:example.org`, "@user0:example.org"]);
    expect(await names.intern("@user0:example.org")).toBe(gone);
  }
  await rm(folder, { recursive: true });
});

it("knows a name that has a number, however often it is asked for, and that another has none", async () => {
  await using fixture = await temporaryCore();
  const names = fixture.core.users;
  const nid = await names.intern("@alice:example.org");
  const find = (): Promise<(number | undefined)[]> => Promise.all([names.find("@alice:example.org"), names.find("@bob:example.org")]);
  expect([await find(), await find()]).toEqual([
    [nid, undefined],
    [nid, undefined],
  ]);
});
