import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WakeUps } from "./wake-ups.ts";

const never = new AbortController().signal;
const aborted = AbortSignal.abort();
const [alice, bob] = [1, 2];

/** Whether a wait is over by now. */
async function isOver(wait: Promise<boolean>): Promise<boolean> {
  return Promise.race([wait.then(() => true), vi.advanceTimersByTimeAsync(0).then(() => false)]);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("a waiter", () => {
  it("is woken at the end of the batch that touches its user, and not by the touch itself", async () => {
    const wakeUps = new WakeUps();
    using waiter = wakeUps.register(alice);
    const wait = waiter.wait(60_000, never);
    wakeUps.touch([bob, alice]);
    expect(await isOver(wait)).toBe(false);
    wakeUps.flush();
    expect(await wait).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is not woken by what touches others", async () => {
    const wakeUps = new WakeUps();
    using waiter = wakeUps.register(alice);
    using other = wakeUps.register(bob);
    const [wait, woken] = [waiter.wait(60_000, never), other.wait(60_000, never)];
    wakeUps.touch([bob]);
    wakeUps.flush();
    expect([await woken, await isOver(wait)]).toEqual([true, false]);
  });

  it("misses nothing that came between its making and its waiting, and tells it once", async () => {
    const wakeUps = new WakeUps();
    using waiter = wakeUps.register(alice);
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await waiter.wait(60_000, never)).toBe(true);
    expect(await isOver(waiter.wait(60_000, never))).toBe(false);
  });

  it("waits no longer than it was told to", async () => {
    using waiter = new WakeUps().register(alice);
    const wait = waiter.wait(1_000, never);
    await vi.advanceTimersByTimeAsync(999);
    expect(await isOver(wait)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await wait).toBe(false);
  });

  it("ends with its signal, and does not begin after it", async () => {
    using waiter = new WakeUps().register(alice);
    const abort = new AbortController();
    const wait = waiter.wait(60_000, abort.signal);
    abort.abort();
    expect([await wait, await waiter.wait(60_000, aborted)]).toEqual([false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the waiters of a user", () => {
  it("are all woken, but for those who have left", async () => {
    const wakeUps = new WakeUps();
    const [left, one, two] = [wakeUps.register(alice), wakeUps.register(alice), wakeUps.register(alice)];
    left[Symbol.dispose]();
    const waits = [left, one, two].map((waiter) => waiter.wait(60_000, never));
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await Promise.all(waits.map(isOver))).toEqual([false, true, true]);
  });

  it("stay when one from before them leaves twice", async () => {
    const wakeUps = new WakeUps();
    const earlier = wakeUps.register(alice);
    earlier[Symbol.dispose]();
    using waiter = wakeUps.register(alice);
    earlier[Symbol.dispose]();
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await waiter.wait(0, aborted)).toBe(true);
  });
});
