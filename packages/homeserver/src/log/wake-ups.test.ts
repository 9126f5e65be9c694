import { programClock } from "@patrix/concurrency";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { limits } from "../limits.ts";
import { NO_ROOM, WakeUps } from "./wake-ups.ts";

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
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    const wait = waiter.wait(60_000, never);
    wakeUps.touch([bob, alice]);
    expect(await isOver(wait)).toBe(false);
    wakeUps.flush();
    expect(await wait).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is looked up in a set that is larger than those who wait, which is not gone through", async () => {
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    using other = wakeUps.register(bob);
    const [wait, unmoved] = [waiter.wait(60_000, never), other.wait(60_000, never)];
    const all = { size: 10_000, has: (nid: number) => nid !== bob, [Symbol.iterator]: () => expect.unreachable("it is gone through") };
    wakeUps.touch(all);
    wakeUps.flush();
    expect([await wait, await isOver(unmoved)]).toEqual([true, false]);
  });

  it("is not woken by what touches others", async () => {
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    using other = wakeUps.register(bob);
    const [wait, woken] = [waiter.wait(60_000, never), other.wait(60_000, never)];
    wakeUps.touch([bob]);
    wakeUps.flush();
    expect([await woken, await isOver(wait)]).toEqual([true, false]);
  });

  it("misses nothing that came between its making and its waiting, and tells it once", async () => {
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await waiter.wait(60_000, never)).toBe(true);
    expect(await isOver(waiter.wait(60_000, never))).toBe(false);
  });

  it("waits no longer than it was told to", async () => {
    using waiter = new WakeUps(programClock()).register(alice);
    const wait = waiter.wait(1_000, never);
    await vi.advanceTimersByTimeAsync(999);
    expect(await isOver(wait)).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(await wait).toBe(false);
  });

  it("ends with its signal, and does not begin after it", async () => {
    using waiter = new WakeUps(programClock()).register(alice);
    const abort = new AbortController();
    const wait = waiter.wait(60_000, abort.signal);
    abort.abort();
    expect([await wait, await waiter.wait(60_000, aborted)]).toEqual([false, false]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the waiters of a user", () => {
  it("are all woken, but for those who have left", async () => {
    const wakeUps = new WakeUps(programClock());
    const [left, one, two] = [wakeUps.register(alice), wakeUps.register(alice), wakeUps.register(alice)];
    left[Symbol.dispose]();
    const waits = [left, one, two].map((waiter) => waiter.wait(60_000, never));
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await Promise.all(waits.map(isOver))).toEqual([false, true, true]);
  });

  it("stay when one from before them leaves twice", async () => {
    const wakeUps = new WakeUps(programClock());
    const earlier = wakeUps.register(alice);
    earlier[Symbol.dispose]();
    using waiter = wakeUps.register(alice);
    earlier[Symbol.dispose]();
    wakeUps.touch([alice]);
    wakeUps.flush();
    expect(await waiter.wait(0, aborted)).toBe(true);
  });
});

describe("one who comes back", () => {
  const touch = (wakeUps: WakeUps, userNid: number): void => {
    wakeUps.touch([userNid]);
    wakeUps.flush();
  };
  const visit = (wakeUps: WakeUps, userNid: number): void => wakeUps.register(userNid)[Symbol.dispose]();

  it("was touched by what came meanwhile, and not by what came before or touched others", () => {
    const wakeUps = new WakeUps(programClock());
    visit(wakeUps, alice);
    touch(wakeUps, alice);
    const before = wakeUps.now;
    touch(wakeUps, bob);
    using waiter = wakeUps.register(alice);
    expect(waiter.wasTouchedAfter(before)).toBe(false);
    touch(wakeUps, alice);
    expect([waiter.wasTouchedAfter(before), waiter.wasTouchedAfter(wakeUps.now)]).toEqual([true, false]);
  });

  it("may have been touched while nobody took account", () => {
    const wakeUps = new WakeUps(programClock());
    const before = wakeUps.now;
    touch(wakeUps, alice);
    using waiter = wakeUps.register(alice);
    expect([waiter.wasTouchedAfter(before), waiter.wasTouchedAfter(wakeUps.now)]).toEqual([true, false]);
  });

  it("is remembered with as many others as may be, and may have been touched past that", () => {
    const wakeUps = new WakeUps(programClock());
    const users = Array.from({ length: limits.recentSyncs.value + 1 }, (_, nid) => nid + 1);
    for (const nid of users) visit(wakeUps, nid);
    const before = wakeUps.now;
    for (const nid of users) wakeUps.touch([nid]);
    // Nobody takes account of the first one any more.
    expect(users.filter((nid) => wakeUps.register(nid).wasTouchedAfter(before))).toEqual([1]);
  });

  it("is not forgotten while somebody waits", () => {
    const wakeUps = new WakeUps(programClock());
    visit(wakeUps, alice);
    using waiter = wakeUps.register(alice);
    visit(wakeUps, alice);
    const before = wakeUps.now;
    for (let nid = 2; nid < limits.recentSyncs.value + 3; nid++) visit(wakeUps, nid);
    expect(waiter.wasTouchedAfter(before)).toBe(false);
    touch(wakeUps, alice);
    expect(waiter.wasTouchedAfter(wakeUps.now - 1)).toBe(true);
  });
});

describe("the rooms in which one was touched", () => {
  const [hall, attic] = [7, 8];
  const touch = (wakeUps: WakeUps, rooms: readonly (number | undefined)[]): number => {
    for (const room of rooms) wakeUps.touch([alice], room);
    wakeUps.flush();
    return wakeUps.now;
  };

  it("are those of a time on, none where the news is in no room, and any where that is not said", () => {
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    const first = wakeUps.now;
    const second = touch(wakeUps, [hall, hall]);
    const third = touch(wakeUps, [attic, NO_ROOM, hall]);
    expect([first, second, third].map((time) => waiter.roomsTouchedAfter(time))).toEqual([
      new Set([hall, attic]),
      new Set([hall, attic]),
      new Set(),
    ]);
    const fourth = touch(wakeUps, [hall, undefined]);
    expect([third, fourth].map((time) => waiter.roomsTouchedAfter(time))).toEqual([undefined, new Set()]);
    touch(wakeUps, [attic]);
    expect([third, fourth].map((time) => waiter.roomsTouchedAfter(time))).toEqual([undefined, new Set([attic])]);
  });

  it("are not known from before one was first waited for", () => {
    const wakeUps = new WakeUps(programClock());
    const before = wakeUps.now;
    touch(wakeUps, [hall]);
    using waiter = wakeUps.register(alice);
    expect([waiter.roomsTouchedAfter(before), waiter.roomsTouchedAfter(wakeUps.now)]).toEqual([undefined, new Set()]);
  });

  it("are as many as are remembered, and any past that", () => {
    const wakeUps = new WakeUps(programClock());
    using waiter = wakeUps.register(alice);
    const times = [wakeUps.now];
    for (let room = 1; room <= limits.touchedRooms.value; room++) times.push(touch(wakeUps, [room]));
    expect(waiter.roomsTouchedAfter(times[0] ?? 0)?.size).toBe(limits.touchedRooms.value);
    const rooms = limits.touchedRooms.value + 1;
    touch(wakeUps, [rooms]);
    const known = times.map((time) => waiter.roomsTouchedAfter(time)?.size);
    const half = limits.touchedRooms.value / 2;
    expect(known).toEqual(times.map((_, index) => (index < half ? undefined : rooms - index)));
  });
});
