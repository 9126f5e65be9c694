import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyDiffs, diffLists, type ListDiff } from "./list-diff.ts";
import { LiveListValue } from "./live-list.ts";
import { LiveValue } from "./live.ts";
import { LosslessQueue } from "./lossless-queue.ts";

describe("a live value", () => {
  it("tells subscribers until they end, and not of what is no change", () => {
    const live = new LiveValue(1);
    const seen: number[] = [];
    const end = live.subscribe((value) => seen.push(value));
    live.set(2);
    live.set(2);
    end();
    live.set(3);
    expect(seen).toEqual([2]);
    expect(live.subscriberCount).toBe(0);
  });

  it("gives a slow reader the first and the latest value, and forgets who breaks out", async () => {
    const live = new LiveValue(0);
    const seen: number[] = [];
    for await (const value of live) {
      seen.push(value);
      if (value === 1000) break;
      for (let next = 1; next <= 1000; next += 1) live.set(next);
    }
    expect(seen).toEqual([0, 1000]);
    expect(live.subscriberCount).toBe(0);
  });

  it("waits for a value, or for the signal", async () => {
    const live = new LiveValue("a");
    expect(await live.until((value) => value === "a")).toBe("a");
    const later = live.until((value) => value === "b");
    live.set("b");
    expect(await later).toBe("b");
    const abort = new AbortController();
    const never = live.until(() => false, abort);
    abort.abort(new Error("enough"));
    await expect(never).rejects.toThrow("enough");
    expect(live.subscriberCount).toBe(0);
  });
});

describe("list diffs", () => {
  it("lead from any list to any other", () => {
    const list = fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 100 });
    fc.assert(
      fc.property(list, list, (before, after) => {
        expect(applyDiffs(before, diffLists(before, after))).toEqual(after);
      }),
    );
  });

  it("of every change, however slow the reader, replay to the list", async () => {
    const list = new LiveListValue<number>([]);
    const abort = new AbortController();
    let replayed: readonly number[] = [];
    const reading = (async () => {
      for await (const diffs of list.diffs(abort)) replayed = applyDiffs(replayed, diffs as ListDiff<number>[]);
    })();
    for (let turn = 0; turn < 300; turn += 1) {
      list.update(Array.from({ length: turn % 7 }, (_, index) => index * turn));
      if (turn % 50 === 0) await Promise.resolve();
    }
    while (JSON.stringify(replayed) !== JSON.stringify(list.value)) await Promise.resolve();
    abort.abort();
    await reading;
    expect(replayed).toEqual(list.value);
  });
});

describe("a lossless queue", () => {
  it("gives everything in order, and tells the writer when each was dealt with", async () => {
    const queue = new LosslessQueue<number>();
    const done: number[] = [];
    for (const item of [1, 2, 3]) void queue.push(item).then(() => done.push(item));
    const seen: number[] = [];
    for await (const item of queue.read()) {
      expect(done).not.toContain(item);
      seen.push(item);
      if (item === 2) break;
    }
    await Promise.resolve();
    expect(seen).toEqual([1, 2]);
    // Nobody reads any more, so nobody must wait.
    expect(done).toEqual([1, 2, 3]);
    await queue.push(4);
  });
});
