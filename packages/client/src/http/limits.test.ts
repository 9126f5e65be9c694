import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fetchOnce } from "./fetch-once.ts";
import { readBytes } from "./read-body.ts";
import { backoffMs } from "./retry-policy.ts";

function endless(): Response {
  return new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(1000)) }));
}
const request = { method: "GET", url: "https://hs/x", headers: {} };
const limits = { timeoutMs: 1000, maxResponseBytes: 5000 };

describe("reading responses", () => {
  it("stops at the limit, whether or not the server announces the size", async () => {
    await expect(readBytes(endless(), 5000)).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    const honest = new Response("x", { headers: { "content-length": "5001" } });
    await expect(readBytes(honest, 5000)).rejects.toMatchObject({ code: "RESPONSE_TOO_LARGE" });
    expect(await readBytes(new Response("abc"), 3)).toEqual(new TextEncoder().encode("abc"));
  });

  it("takes pages of proxies as errors without a body, and refuses successes that are no JSON", async () => {
    const page = (status: number) => async (): Promise<Response> => new Response("<html>", { status });
    expect(await fetchOnce(page(502), request, "json", limits)).toMatchObject({ status: 502, body: undefined });
    await expect(fetchOnce(page(200), request, "json", limits)).rejects.toMatchObject({ code: "UNEXPECTED_RESPONSE" });
  });

  it("tells failures of the network from those who gave up", async () => {
    const failing = (): Promise<Response> => Promise.reject(new TypeError("refused"));
    await expect(fetchOnce(failing, request, "json", limits)).rejects.toMatchObject({ code: "NETWORK_ERROR" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(fetchOnce(failing, request, "json", { ...limits, signal })).rejects.toThrow("enough");
  });
});

describe("the pause between tries", () => {
  it("grows, varies, and has an end", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
        const ms = backoffMs(attempt, 60_000, () => random);
        return ms >= 250 && ms <= 60_000;
      }),
    );
    expect([1, 2, 3].map((attempt) => backoffMs(attempt, 60_000, () => 0))).toEqual([500, 1000, 2000]);
  });
});
