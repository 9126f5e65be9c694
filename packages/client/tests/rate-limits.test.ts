/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { describe, expect, it, vi } from "vitest";
import { type Client, createClient, silentLogger } from "@patrix/client";
import type { TimerClock } from "@patrix/concurrency";
import { localHomeserver } from "@patrix/homeserver/testing";
import { platformClock } from "../src/platform-clock.ts";

const hourMs = 3_600_000;
const limited = (retryAfterMs: number): Response =>
  Response.json({ errcode: "M_LIMIT_EXCEEDED", error: "slow down", retry_after_ms: retryAfterMs }, { status: 429 });

/** Notes what it is asked to sleep; sleeps of a minute and more last until they are aborted. */
function notingClock(): TimerClock & { readonly slept: number[] } {
  const slept: number[] = [];
  return {
    slept,
    now: () => Date.now(),
    sleep: (ms, signal) => {
      slept.push(ms);
      return new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
        if (ms < 60_000) resolve();
      });
    },
  };
}

describe("a rate limit", () => {
  it("of an hour is waited for by the outbox, and a send that waits can be taken back", async () => {
    await using server = await localHomeserver(["ann"]);
    const clock = notingClock();
    const client: Client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
    await client.login.password("ann", "ann-password");
    const room = await client.rooms.create({});
    server.intercept = (path) => (path.includes("/send/") ? limited(hourMs) : undefined);
    const [first, second] = [room.send.text("1"), room.send.text("2")];
    await vi.waitUntil(() => clock.slept.includes(hourMs), { interval: 1, timeout: 20_000 });
    server.intercept = undefined;
    expect(await first.abort()).toBe(true);
    await expect(first).rejects.toMatchObject({ code: "CANCELLED" });
    // The room goes on with the next at once.
    await expect(second).resolves.toMatch(/^\$/);
    expect(client.outbox.value).toEqual([]);
  });

  it("that may hide an earlier success cannot be taken back", async () => {
    await using server = await localHomeserver(["ann"]);
    const clock = notingClock();
    const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
    await client.login.password("ann", "ann-password");
    const room = await client.rooms.create({});
    let tries = 0;
    server.intercept = async (path) => {
      if (!path.includes("/send/")) return undefined;
      tries += 1;
      if (tries === 1) throw new TypeError("the answer is lost");
      return limited(hourMs);
    };
    const sending = room.send.text("1");
    await vi.waitUntil(() => clock.slept.includes(hourMs), { interval: 1, timeout: 20_000 });
    expect(await sending.abort()).toBe(false);
  });

  it("that asks for no wait at all storms nobody", async () => {
    await using server = await localHomeserver(["ann"]);
    const clock = notingClock();
    const client = await createClient("example.org", { fetch: server.fetch, clock, logger: silentLogger });
    await client.login.password("ann", "ann-password");
    const room = await client.rooms.create({});
    const answers = Array.from({ length: 8 }, () => limited(0));
    server.intercept = (path) => (path.includes("/send/") ? answers.shift() : undefined);
    await room.send.text("1");
    expect(clock.slept.filter((ms) => ms < 400)).toEqual([0]);
    expect(clock.slept.length).toBe(8);
  });
});

describe("the clock of the platform", () => {
  it("sleeps longer than a timer can take, and wakes when aborted", async () => {
    vi.useFakeTimers();
    try {
      const abort = new AbortController();
      let woke = "";
      const sleeping = platformClock.sleep(2 ** 33, abort.signal).then(
        () => (woke = "slept"),
        () => (woke = "aborted"),
      );
      await vi.advanceTimersByTimeAsync(2 ** 33 - 1);
      expect(woke).toBe("");
      await vi.advanceTimersByTimeAsync(1);
      expect(woke).toBe("slept");
      const forEver = platformClock.sleep(Infinity, abort.signal).catch(() => (woke = "aborted"));
      await vi.advanceTimersByTimeAsync(2 ** 32);
      abort.abort();
      await Promise.all([sleeping, forEver]);
      expect(woke).toBe("aborted");
    } finally {
      vi.useRealTimers();
    }
  });
});
