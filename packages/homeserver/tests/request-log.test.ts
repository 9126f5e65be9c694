import { request as httpRequest } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "../src/http/logger.ts";
import { requestLog } from "../src/http/request-log.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../src/testing/index.ts";

const lines: Record<string, unknown>[] = [];
const logger = createLogger({ level: "debug", write: (line) => lines.push(JSON.parse(line)) });
let server: TestHomeserver;
let ann: TestUser;

beforeAll(async () => {
  server = await testHomeserver({ logger });
  ann = await server.register("ann");
});
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => void lines.splice(0));
const requests = (): Record<string, unknown>[] => lines.filter(({ path }) => path !== undefined);

describe("the log of requests", () => {
  it("has a line for each at level debug: operation, template, status, time and size, and neither names nor tokens", async () => {
    await server.request("GET", `/_matrix/client/v3/profile/${ann.userId}?access_token=${ann.accessToken}`);
    await vi.waitUntil(() => requests().length > 0, { interval: 1 });
    expect(requests()).toEqual([
      {
        time: expect.any(String),
        level: "debug",
        message: "request",
        method: "GET",
        operation: "getUserProfile",
        path: "/_matrix/client/v3/profile/{userId}",
        status: expect.any(Number),
        duration_ms: expect.any(Number),
        bytes: expect.any(Number),
      },
    ]);
    expect(requests()[0]?.["bytes"]).toBeGreaterThan(100);
    expect(JSON.stringify(lines)).not.toMatch(/@ann/);
    expect(JSON.stringify(lines)).not.toContain(ann.accessToken);
  });

  it("counts unknown endpoints by method and template", async () => {
    for (const name of ["@a:x", "@b:x"]) await server.request("GET", `/_matrix/client/v3/nothing/${name}`);
    await server.request("DELETE", "/_matrix/client/v3/sync", undefined, ann.accessToken);
    await vi.waitUntil(() => requests().length > 2, { interval: 1 });
    expect(requests()).toMatchObject([
      { level: "debug", message: "unknown endpoint", path: "/_matrix/client/v3/nothing/{}", status: 404, count: 1 },
      { path: "/_matrix/client/v3/nothing/{}", count: 2 },
      { method: "DELETE", path: "/_matrix/client/v3/sync", status: 405, count: 1 },
    ]);
  });

  it("says where an answer did not go out whole", async () => {
    const path = "/_matrix/client/v3/sync?timeout=30000&since=";
    const { body } = await server.request<{ next_batch: string }>("GET", "/_matrix/client/v3/sync", undefined, ann.accessToken);
    const sent = httpRequest(server.url + path + body.next_batch, { headers: { authorization: `Bearer ${ann.accessToken}` } });
    sent.on("error", () => {});
    sent.end();
    sent.once("finish", () => setImmediate(() => sent.destroy()));
    await vi.waitUntil(() => requests().some(({ complete }) => complete === false), { interval: 1 });
  });

  it("tells at level info of what was slow, refused with 429 or failed, but not of long polls, and never in a flood", () => {
    const said: Record<string, unknown>[] = [];
    let now = 0;
    const info = createLogger({ write: (line) => said.push(JSON.parse(line)) });
    const note = requestLog(info, { now: () => now });
    const endpoint = (id: string): never => ({ id, routes: [{ path: `/${id}`, stability: "stable" }] }) as never;
    const base = { method: "GET", path: "/x", endpoint: endpoint("a"), status: 200, durationMs: 5, sizeBytes: 9, isComplete: true };
    note(base);
    note({ ...base, durationMs: 1001 });
    note({ ...base, durationMs: 30_000, endpoint: endpoint("sync") });
    note({ ...base, status: 429 });
    note({ ...base, status: 502 });
    note({ ...base, status: 404, endpoint: undefined });
    expect(said.map(({ level, message }) => [level, message])).toEqual([
      ["info", "slow request"],
      ["info", "request refused"],
      ["info", "request failed"],
    ]);
    now = 5000;
    for (let count = 0; count < 1000; count += 1) note({ ...base, status: 429 });
    now = 6000;
    note({ ...base, status: 429 });
    expect(said.length).toBe(3 + 20 + 1 + 1);
    expect(said.at(-2)).toMatchObject({ message: "requests left out of the log", count: 980 });
  });
});

describe("a logger", () => {
  it("writes what matters at least as much as it was told", () => {
    const written: string[] = [];
    const warner = createLogger({ level: "warn", format: "pretty", write: (line) => written.push(line.slice(9)) });
    for (const level of ["debug", "info", "warn", "error"] as const) warner[level](level, { n: 1 });
    expect(written).toEqual(["warn  warn n=1\n", "error error n=1\n"]);
  });
});
