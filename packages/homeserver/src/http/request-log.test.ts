import { request as httpRequest } from "node:http";
import { getProfileField, getRoomEvents, sync } from "@patrix/client-api";
import type { AnsweredRequest } from "@patrix/server/node";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { createLogger } from "./logger.ts";
import { requestLog } from "./request-log.ts";
import { type TestHomeserver, testHomeserver, type TestUser } from "../testing/index.ts";

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
    await vi.waitUntil(() => requests().length > 0, { interval: 1, timeout: 20_000 });
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
    await vi.waitUntil(() => requests().length > 2, { interval: 1, timeout: 20_000 });
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
    await vi.waitUntil(() => requests().some(({ complete }) => complete === false), { interval: 1, timeout: 20_000 });
  });
});

describe("at level info", () => {
  let now = 0;
  let said: Record<string, unknown>[] = [];
  let note: (answered: AnsweredRequest) => void = () => {};
  beforeEach(() => {
    now = 0;
    said = [];
    const info = createLogger({ write: (line) => void said.push(JSON.parse(line)) });
    note = requestLog(info, { now: () => now });
  });
  const base = { method: "GET", path: "/x", endpoint: getRoomEvents, status: 200, durationMs: 5, sizeBytes: 9, isComplete: true };
  const messages = (): unknown[] => said.map(({ message }) => message);

  it("the log tells of what failed, what was refused for its rate, and what took more than a second", () => {
    for (const status of [499, 500, 502, 429, 430]) note({ ...base, status });
    for (const durationMs of [1000, 1001]) note({ ...base, durationMs });
    note({ ...base, status: 429, durationMs: 5000 });
    const [failed, refused, slow] = ["request failed", "request refused", "slow request"];
    expect(messages()).toEqual([failed, failed, refused, slow, refused]);
    expect(new Set(said.map(({ level }) => level))).toEqual(new Set(["info"]));
  });

  it("the log does not tell of requests that wait for news, nor of paths that lead nowhere", () => {
    note({ ...base, endpoint: sync, durationMs: 30_000 });
    note({ ...base, endpoint: undefined, status: 404, durationMs: 5000 });
    note({ ...base, endpoint: undefined, status: 500 });
    expect(messages()).toEqual([]);
    note({ ...base, endpoint: sync, durationMs: 30_000, status: 500 });
    expect(messages()).toEqual(["request failed"]);
  });

  it("the log has 20 lines a second, and then says how many were left out", () => {
    now = 5000;
    for (let count = 0; count < 1000; count += 1) note({ ...base, status: 429 });
    expect(said).toHaveLength(20);
    now = 5999;
    note({ ...base, status: 500 });
    expect(said).toHaveLength(20);
    now = 6000;
    for (let count = 0; count < 20; count += 1) note({ ...base, status: 429 });
    expect(said).toHaveLength(20 + 1 + 20);
    expect(said[20]).toMatchObject({ message: "requests left out of the log", count: 981 });
    now = 7000;
    note({ ...base, status: 429 });
    expect(said).toHaveLength(20 + 1 + 20 + 1);
  });

  it("a line has the newest path, a tenth of a millisecond, and a word where the answer did not go out whole", () => {
    note({ ...base, endpoint: getProfileField, path: "/_matrix/client/r0/profile/@a:x/displayname", status: 500, durationMs: 1.26 });
    note({ ...base, status: 500, isComplete: false });
    const line = { operation: "getProfileField", path: "/_matrix/client/v3/profile/{userId}/{keyName}", duration_ms: 1.3, bytes: 9 };
    expect(said).toMatchObject([line, { complete: false }]);
    expect(said[0]).not.toHaveProperty("complete");
  });
});

describe("a path that leads nowhere", () => {
  /** What is logged of requests for paths, at level debug. */
  function logged(paths: readonly string[]): { readonly path: string; readonly count: number }[] {
    const said: { readonly path: string; readonly count: number }[] = [];
    const note = requestLog(createLogger({ level: "debug", write: (line) => void said.push(JSON.parse(line)) }), { now: () => 0 });
    for (const path of paths)
      note({ method: "GET", path, endpoint: undefined, status: 404, durationMs: 1, sizeBytes: 1, isComplete: true });
    return said;
  }

  it("is told without what may be a name or a secret", () => {
    const long = `/${"a".repeat(32)}/${"a".repeat(33)}`;
    const paths = ["/_matrix/client/v3/rooms/!a:x/m.room.name", "/v11/r0/v1/x1", "/a%20b/a-b", long, "/a".repeat(12)];
    expect(logged(paths).map(({ path }) => path)).toEqual([
      "/_matrix/client/v3/rooms/{}/m.room.name",
      "/{}/r0/v1/{}",
      "/{}/{}",
      `/${"a".repeat(32)}/{}`,
      "/a".repeat(9),
    ]);
  });

  it("is counted by itself, among the first thousand; all others together", () => {
    const word = (n: number): string => `/${String(n).replaceAll(/\d/g, (digit) => "abcdefghij"[Number(digit)] ?? "")}`;
    const said = logged([...Array.from({ length: 1002 }, (_, n) => word(n)), word(0), word(1001)]);
    expect(said.slice(0, 1000).every(({ count }) => count === 1)).toBe(true);
    expect(said.slice(1000).map(({ count }) => count)).toEqual([1, 2, 2, 3]);
  });
});
