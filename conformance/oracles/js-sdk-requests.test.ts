// Whatever matrix-js-sdk sends must find its typed endpoint.
import { createClient } from "matrix-js-sdk";
import type { Logger } from "matrix-js-sdk/lib/logger.js";
import { describe, expect, it } from "vitest";
import { calls } from "./js-sdk-calls.ts";
import { ANSWER, decode, type RecordedRequest } from "./recorded-requests.ts";

const quiet: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {}, getChild: () => quiet };

const MAX_REQUESTS = 10;

/** Where it departs from the specification, and what lenient parsing does about it. */
const REPAIRED: Readonly<Record<string, readonly string[]>> = {
  requestEmailToken: ["send-attempt-as-text"],
  requestMsisdnToken: ["send-attempt-as-text"],
};

describe("matrix-js-sdk 43", () => {
  it.each(Object.entries(calls))("%s sends what a typed endpoint takes", async (name, call) => {
    const recorded: RecordedRequest[] = [];
    let hasEnough = (): void => {};
    const enough = new Promise<void>((resolve) => (hasEnough = resolve));
    const client = createClient({
      baseUrl: "https://example.org",
      idBaseUrl: "https://id.example.org",
      identityServer: { getAccessToken: () => Promise.resolve("t") },
      userId: "@alice:example.org",
      deviceId: "DEVICE",
      accessToken: "token",
      logger: quiet,
      fetchFn: async (input, init) => {
        // Some methods poll, or go from page to page; they get no further answer.
        if (recorded.length >= MAX_REQUESTS) {
          hasEnough();
          return new Promise<never>(() => {});
        }
        const request = new Request(input, init);
        const bytes = new Uint8Array(await request.arrayBuffer());
        const isJson = request.headers.get("content-type") === "application/json";
        recorded.push({
          method: request.method,
          url: new URL(request.url),
          headers: Object.fromEntries(request.headers),
          body: isJson ? new TextDecoder().decode(bytes) : bytes,
        });
        return Response.json(ANSWER);
      },
    });
    // What becomes of the answer, which is the same for all, is not the point.
    await Promise.race([Promise.resolve(call(client)).catch(() => undefined), enough]);
    client.stopClient();
    expect(recorded.length).toBeGreaterThan(0);
    const results = recorded.map(decode);
    expect(results.filter(({ problem }) => problem !== undefined)).toEqual([]);
    expect(results.flatMap(({ repairs }) => repairs.map(({ rule }) => rule))).toEqual(REPAIRED[name] ?? []);
  });
});
