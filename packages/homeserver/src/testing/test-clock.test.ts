import { setTimeout as machinePause } from "node:timers/promises";
import { expect, it } from "vitest";
import type { Store } from "../store/store.ts";
import { nextTurn } from "../turns.ts";
import { TestClock } from "./test-clock.ts";

it("stands still until it is told to go on, and tells how much has passed", async () => {
  const clock = new TestClock({ nowTs: 1_000 });
  expect([clock.now(), clock.elapsed()]).toEqual([1_000, 0]);
  await clock.advance(60_000);
  expect([clock.now(), clock.elapsed()]).toEqual([61_000, 60_000]);
});

it("calls what is due in the order of its time, and what is due at once in the order in which it was planned", async () => {
  const clock = new TestClock({ nowTs: 0 });
  const calls: string[] = [];
  const note = (what: string) => () => void calls.push(`${what} at ${clock.now()}`);
  clock.after(20, note("c"));
  clock.after(10, note("a"));
  clock.after(10, note("b"));
  clock.after(15, note("never")).cancel();
  clock.after(31, note("later"));
  const timer = clock.every(9, note("again"));
  await clock.advance(30);
  expect(calls).toEqual(["again at 9", "a at 10", "b at 10", "again at 18", "c at 20", "again at 27"]);
  timer.cancel();
  expect(clock.pending).toBe(1);
});

it("goes by whole milliseconds, and nothing comes before its time", async () => {
  const clock = new TestClock({ nowTs: 0 });
  const at: number[] = [];
  for (const ms of [0.2, 1.5, -3, Number.NaN]) clock.after(ms, () => at.push(clock.now()));
  await clock.advance(1.1);
  expect([at, clock.now()]).toEqual([[0, 0, 1, 2], 2]);
});

it("calls what is planned meanwhile, once all is done that came before", async () => {
  const clock = new TestClock({ nowTs: 0 });
  const at: number[] = [];
  const later = async (): Promise<void> => {
    for (let round = 0; round < 3; round++) {
      await clock.sleep(5);
      for (let turn = 0; turn < 20; turn++) await nextTurn();
      at.push(clock.now());
    }
  };
  void later();
  await clock.advance(100);
  expect(at).toEqual([5, 10, 15]);
});

it("ends a sleep with the reason of its signal", async () => {
  const clock = new TestClock();
  const controller = new AbortController();
  const slept = clock.sleep(10, controller.signal);
  controller.abort("enough");
  await expect(slept).rejects.toBe("enough");
  await expect(clock.sleep(10, controller.signal)).rejects.toBe("enough");
  expect(clock.pending).toBe(0);
});

it("does not go on while something is written, or anything else that it is told to wait for", async () => {
  const clock = new TestClock({ nowTs: 0 });
  const seen: string[] = [];
  const slow = async (what: string): Promise<never[]> => {
    await machinePause(20);
    seen.push(`${what} at ${clock.now()}`);
    return [];
  };
  const store: Pick<Store, "all" | "commit"> = { all: () => slow("read"), commit: async () => void (await slow("written")) };
  // What is not asked is not there.
  const watched = clock.watch(store as Store);
  clock.after(10, () => void watched.commit([]).then(() => watched.all({ sql: "" } as never)));
  clock.after(11, () => void clock.hold(slow("done").then(() => Promise.reject(new Error("no")))).catch(() => seen.push("failed")));
  clock.after(12, () => seen.push(`over at ${clock.now()}`));
  await clock.advance(12);
  expect(seen).toEqual(["written at 10", "read at 10", "done at 11", "failed", "over at 12"]);
});

it("goes on for as long as something takes, gives what comes of it, and gives up after a while", async () => {
  const clock = new TestClock({ nowTs: 0 });
  expect(await clock.until(clock.sleep(90_000).then(() => "done"))).toBe("done");
  expect(clock.now()).toBe(90_000);
  await expect(clock.until(Promise.reject(new Error("no")))).rejects.toThrow("no");
  clock.every(1_000, () => {});
  await expect(clock.until(new Promise(() => {}), { limitMs: 5_000 })).rejects.toThrow("after 5000 ms on the clock");
  await expect(clock.runUntil(() => false, { limitMs: 5_000 })).rejects.toThrow("after 5000 ms on the clock");
  await clock.runUntil(async () => clock.now() >= 110_000);
  expect(clock.now()).toBe(110_000);
});
