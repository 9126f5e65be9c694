import { describe, expect, it } from "vitest";
import { temporaryCore } from "../../tests/temporary-core.ts";
import { operation } from "../store/statement.ts";
import { UNFINISHED_COPY, upsertMeta } from "../store/statements/shards.ts";
import { openCore, openNumbers, shardOfUser } from "./core.ts";
import { shardOf } from "./position.ts";

describe("data", () => {
  it("belongs to the server that has made it, and is refused to another", async () => {
    await using fixture = await temporaryCore();
    const { store } = fixture.core;
    await expect(openCore("other.example", store)).rejects.toMatchObject({
      name: "StoreError",
      code: "WRONG_SERVER",
      message: expect.stringMatching(/belongs to example\.org, not to other\.example/) as string,
    });
    expect((await openCore("example.org", store)).serverName).toBe("example.org");
  });

  it("of which only the beginning was copied is refused", async () => {
    await using fixture = await temporaryCore();
    const { store } = fixture.core;
    await store.commit([operation(upsertMeta, UNFINISHED_COPY, "{}")]);
    await expect(openCore("example.org", store)).rejects.toMatchObject({ name: "StoreError", code: "UNFINISHED_COPY" });
  });

  it("keeps the number of its shards and the numbers of its names", async () => {
    await using fixture = await temporaryCore({ shards: 4 });
    const nid = await fixture.core.users.intern("@alice:example.org");
    await fixture.core.log.flushed();
    const again = await openCore("example.org", fixture.core.store, { shards: 2 });
    expect([again.log.shards, await again.users.find("@alice:example.org")]).toEqual([4, nid]);
    expect(await again.eventTypes.find("@alice:example.org")).toBeUndefined();
  });
});

describe("a core", () => {
  it("has the time of the clock that it is given, or that of the system", async () => {
    await using fixture = await temporaryCore();
    const core = await openCore("example.org", fixture.core.store, { clock: { now: () => 5 } });
    expect([core.clock.now(), fixture.core.clock.now() > 1_700_000_000_000]).toEqual([5, true]);
  });

  it("wakes whom a commit brings news once it is stored", async () => {
    await using fixture = await temporaryCore();
    const { log, wakeUps } = fixture.core;
    using waiter = wakeUps.register(7);
    const hasNews = (): Promise<boolean> => waiter.wait(0, AbortSignal.abort());
    wakeUps.touch([7]);
    expect(await hasNews()).toBe(false);
    await log.append({ positions: [log.next(0)], operations: [] });
    expect(await hasNews()).toBe(true);
  });

  it("keeps a user's facts on one of its shards, whichever user it is", async () => {
    await using fixture = await temporaryCore({ shards: 3 });
    expect([0, 1, 2, 3, 4, 5].map((nid) => shardOfUser(fixture.core, nid))).toEqual([0, 1, 2, 0, 1, 2]);
  });

  it("numbers things from the largest number in use on, on the shard they are for", async () => {
    await using fixture = await temporaryCore({ shards: 2 });
    const numbers = await openNumbers(fixture.core, "thing", 6_400);
    const given = [numbers.next(0), numbers.next(1), numbers.next(0)];
    expect([given.every((nid) => nid > 6_400), given.map(shardOf), new Set(given).size]).toEqual([true, [0, 1, 0], 3]);
  });
});
