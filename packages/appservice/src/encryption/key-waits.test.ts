import { timerClock, type TimerClock } from "@patrix/concurrency";
import type { ClientEvent } from "@patrix/events";
import { describe, expect, it } from "vitest";
import { KeyWaits } from "./key-waits.ts";

const event = (id: string, sessionId: string): ClientEvent => ({
  type: "m.room.encrypted",
  event_id: `$${id}`,
  room_id: "!room:x",
  sender: "@a:x",
  origin_server_ts: 0,
  content: { session_id: sessionId },
});

/** A clock that only goes on when a test says so. */
function heldClock(): TimerClock & { pass(ms: number): void } {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        sleepers.push({ at: now + ms, wake: resolve });
        signal?.addEventListener("abort", () => reject(new Error("aborted")));
      }),
    pass(ms) {
      now += ms;
      for (const { at, wake } of sleepers) if (at <= now) wake();
    },
  };
}

describe("a key that has not come", () => {
  it("is waited for until it comes, and by nobody for longer than five seconds from when the event came", async () => {
    const clock = heldClock();
    const waits = new KeyWaits(clock, new AbortController().signal);
    const [one, two] = [event("1", "s1"), event("2", "s2")];
    for (const each of [one, two]) waits.begin(each);
    clock.pass(4_000);
    const both = [waits.forKeyOf(one), waits.forKeyOf(one), waits.forKeyOf(two)];
    waits.keyCame("s1");
    await expect(Promise.all(both.slice(0, 2))).resolves.toEqual([true, true]);
    clock.pass(1_000);
    await expect(both[2]).resolves.toBe(false);
    await expect(waits.forKeyOf(two)).resolves.toBe(false);
  });

  it("is not waited for where nobody has told of the event since the start, nor when the service stops", async () => {
    const stopped = new AbortController();
    const waits = new KeyWaits(timerClock(), stopped.signal);
    await expect(waits.forKeyOf(event("1", "s1"))).resolves.toBe(false);
    waits.begin(event("2", "s1"));
    const waiting = waits.forKeyOf(event("2", "s1"));
    stopped.abort();
    await expect(waiting).resolves.toBe(false);
  });
});
