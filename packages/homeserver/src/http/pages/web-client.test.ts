import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testHomeserver, type TestHomeserver } from "../../testing/index.ts";

const folder = mkdtempSync(join(tmpdir(), "patrix-web-"));
const script = "console.log('the client')";
mkdirSync(join(folder, "assets"));
writeFileSync(join(folder, "index.html"), "<!doctype html><title>chat</title>");
writeFileSync(join(folder, "assets/main-B3x9_qLk.js"), script);
writeFileSync(join(folder, "assets/main-B3x9_qLk.js.gz"), gzipSync(script));
writeFileSync(join(folder, "a b.txt"), "not served");

describe("a homeserver with a web client", () => {
  let server: TestHomeserver;
  beforeAll(async () => {
    server = await testHomeserver({ config: { web_client: { path: folder } } });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    rmSync(folder, { recursive: true });
  });
  const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(server.url + path, { headers, redirect: "manual" });

  it("serves it at /web/, and says so on its page", async () => {
    const page = await get("/web/");
    expect(await page.text()).toContain("<title>chat</title>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    const moved = await get("/web");
    expect([moved.status, new URL(moved.headers.get("location") ?? "", `${server.url}/web`).pathname]).toEqual([307, "/web/"]);
    expect(await (await get("/")).text()).toContain('href="web/"');
  });

  it("lets it run nothing but its own scripts, nobody frame it, and its page never be stale", async () => {
    const { headers } = await get("/web/");
    const policy = headers.get("content-security-policy");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-inline");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("cache-control")).toBe("no-cache");
    expect((await get("/web/", { "if-none-match": headers.get("etag") ?? "" })).status).toBe(304);
  });

  it("serves what is named by its content for ever, and compressed to who takes it", async () => {
    const path = "/web/assets/main-B3x9_qLk.js";
    for (const [accepted, encoding] of [
      ["gzip", "gzip"],
      ["identity", null],
    ] as const) {
      const answer = await get(path, { "accept-encoding": accepted });
      expect(answer.headers.get("content-encoding")).toBe(encoding);
      expect(answer.headers.get("cache-control")).toContain("immutable");
      expect(await answer.text()).toBe(script);
    }
  });

  it("serves nothing else", async () => {
    for (const path of [
      "/web/a%20b.txt",
      "/web/../package.json",
      "/web/%2e%2e/package.json",
      "/web/assets",
      "/web/assets/main-B3x9_qLk.js.gz",
    ])
      expect((await get(path)).status).toBe(404);
  });
});

it.each([
  [join(tmpdir(), "no-such-folder"), "cannot be read"],
  [import.meta.dirname, "has no index.html"],
])("a server whose web client is in %s does not start, and says why", async (path, why) => {
  await expect(testHomeserver({ config: { web_client: { path } } })).rejects.toThrow(`web_client.path: ${path} ${why}`);
});
