import { describe, expect, it } from "vitest";
import { position } from "../../log/position.ts";
import { RecentEvents } from "./recent-events.ts";
import type { StoredEvent } from "./stored-event.ts";

const event = (counter: number, shard = 0): StoredEvent => ({ nid: position(counter, shard), dropPdu() {} }) as StoredEvent;
const from = (after: number, upTo = 100_000, limit = 10_000, shard = 0) => ({
  shard,
  after: position(after, shard),
  upTo: position(upTo, shard),
  limit,
});
const counters = (facts: ReturnType<RecentEvents["in"]>) => facts?.map(({ pos }) => Math.floor(pos / 64));

describe("the newest events", () => {
  it("are found by the stretch that they lie in, shard by shard", () => {
    const recent = new RecentEvents([10, 20]);
    for (const counter of [11, 13, 14, 17]) recent.add(event(counter), 0);
    recent.add(event(21, 1), 1);
    expect(counters(recent.in(from(10)))).toEqual([11, 13, 14, 17]);
    expect(counters(recent.in(from(13, 16)))).toEqual([14]);
    expect(counters(recent.in(from(10, 17, 2)))).toEqual([11, 13]);
    expect(counters(recent.in(from(20, 30, 5, 1)))).toEqual([21]);
    expect(recent.in(from(17))).toEqual([]);
  });

  it("do not reach back before the first that was added, nor before those that had to go", () => {
    const recent = new RecentEvents([10]);
    expect(recent.in(from(9))).toBeUndefined();
    for (let counter = 11; counter < 11 + 1_024; counter++) recent.add(event(counter), 0);
    expect(recent.in(from(11 + 510))).toBeUndefined();
    expect(counters(recent.in(from(11 + 511)))?.[0]).toBe(11 + 512);
    expect(recent.in(from(5, 6, 1, 1))).toBeUndefined();
  });
});
