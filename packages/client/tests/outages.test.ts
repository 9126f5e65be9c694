/* oxlint-disable typescript/await-thenable -- the linter does not load the library of disposables for tests */
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Client, createClient, type Logger, silentLogger } from "@patrix/client";
import type { TimerClock } from "@patrix/concurrency";
import { type LocalHomeserver, localHomeserver } from "@patrix/homeserver/testing";

/** Pauses last until they are aborted. */
const still: TimerClock = {
  now: () => Date.now(),
  sleep: (_, signal) => new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason), { once: true })),
};

/** A connection that takes requests and never answers, until it is given up. */
const silent = (init: RequestInit | undefined): Promise<never> =>
  new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(new TypeError("aborted"))));

async function synced(server: LocalHomeserver, more: object = {}): Promise<Client> {
  const client = await createClient("example.org", { fetch: server.fetch, clock: still, logger: silentLogger, ...more });
  await client.login.password("ann", "ann-password");
  await client.start();
  await client.online.until((state) => state === "syncing");
  return client;
}

afterEach(() => vi.unstubAllGlobals());

describe("an outage", () => {
  it("shows as soon as anything fails to reach the server, and ends as soon as anything reaches it", async () => {
    await using server = await localHomeserver(["ann"]);
    const client = await synced(server, { retry: { limit: 0 } });
    // The poll that waits hears nothing of it: its connection is half open.
    await vi.waitUntil(() => server.requests.filter((line) => line.endsWith("/sync")).length > 1, { interval: 1, timeout: 20_000 });
    server.intercept = () => Promise.reject(new TypeError("no route"));
    const states: string[] = [];
    client.online.subscribe((state) => states.push(state));
    await expect(client.profile.get()).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    await client.online.until((state) => state === "offline");
    server.intercept = undefined;
    await client.profile.get();
    await client.online.until((state) => state === "syncing");
    expect(states).toEqual(["connecting", "offline", "syncing"]);
    await client.stop();
  });

  it("is what the platform says it is", async () => {
    const listeners = new Map<string, () => void>();
    vi.stubGlobal("addEventListener", (type: string, listener: () => void) => listeners.set(type, listener));
    vi.stubGlobal("removeEventListener", (type: string) => listeners.delete(type));
    await using server = await localHomeserver(["ann"]);
    const client = await synced(server);
    await vi.waitUntil(() => server.requests.filter((line) => line.endsWith("/sync")).length > 1, { interval: 1, timeout: 20_000 });
    let asked = 0;
    server.intercept = (_, init) => ((asked += 1), asked === 1 ? Promise.reject(new TypeError("no route")) : silent(init));
    listeners.get("offline")?.();
    await client.online.until((state) => state === "offline");
    expect(asked).toBe(1);
    server.intercept = undefined;
    listeners.get("online")?.();
    await client.online.until((state) => state === "syncing");
    await client.stop();
    expect(listeners.size).toBe(0);
  });

  it("at the start is told at once, in one line", async () => {
    const lines: string[] = [];
    const logger: Logger = { ...silentLogger, warn: (line: string) => lines.push(line) };
    const fetch = (): Promise<Response> => Promise.reject(new TypeError("connect ECONNREFUSED"));
    const client = await createClient("http://127.0.0.1:1", { fetch, logger, clock: still });
    void client.login.password("ann", "x").catch(() => {});
    await vi.waitUntil(() => lines.length > 0, { interval: 1, timeout: 20_000 });
    expect(lines).toEqual([
      expect.stringMatching(/^getVersions: try 1 failed .*could not be reached: connect ECONNREFUSED.*; again in \d+ ms$/),
    ]);
  });
});
