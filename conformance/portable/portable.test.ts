// The protocol packages and the client run where there is no Node: they bundle for browsers, stay small, and work in a real one.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { PORTABLE } from "../../scripts/architecture/layers.ts";
import { bundleForBrowser, chromiumPath } from "./bundle.ts";

const ROOT = join(import.meta.dirname, "..", "..");
// What a page downloads for one typed call. Some 17 KB of it are zod, 5 KB tolerant parsing (repairs, items left out one by one) and
// 2 KB the check of what is as it should be (`acceptor.ts`), which every model offers; compressed, all of it is about 13 KB.
const ENDPOINT_BYTES = 37_000;
const ENDPOINT_GZIP_BYTES = 15_000;

const browser = chromiumPath();
const hasCreateRoom = ((): boolean => {
  const folder = join(ROOT, "packages/client-api/src");
  return ["index.ts", "rooms/create-room.ts", "create-room.ts"].some((name) => {
    const path = join(folder, name);
    return existsSync(path) && /create-room\.ts|\bcreateRoom\b/.test(readFileSync(path, "utf8"));
  });
})();

describe("portable packages", () => {
  it.each(PORTABLE.filter((name) => existsSync(join(ROOT, "packages", name))))("bundles %s for browsers without Node", async (name) => {
    const { code } = await bundleForBrowser(`import * as everything from "@patrix/${name}"; globalThis.everything = everything;`);
    expect(code).not.toMatch(/(from|import|require\()\s*\(?["']node:/);
  });

  it("notices a module of Node", async () => {
    await expect(bundleForBrowser('import { readFileSync } from "node:fs"; readFileSync("x");')).rejects.toThrow(/node:fs/);
  });

  it.skipIf(!hasCreateRoom)("keeps a bundle of one endpoint below 15 KB compressed and 37 KB minified", async () => {
    const { code, sizeBytes } = await bundleForBrowser(
      'import { createRoom } from "@patrix/client-api"; globalThis.endpoint = createRoom;',
    );
    expect(gzipSync(code).byteLength).toBeLessThanOrEqual(ENDPOINT_GZIP_BYTES);
    expect(sizeBytes).toBeLessThanOrEqual(ENDPOINT_BYTES);
  });

  // Without Debian's Chromium this is skipped; the bundles above are checked all the same.
  it.skipIf(browser === undefined)("works in a real browser", async () => {
    const { code } = await bundleForBrowser(
      `import { encodeCanonicalJson } from "@patrix/canonical-json";
       import { generateSigningKey, signJson, verifyJson, createVerifyKey } from "@patrix/signatures";
       export function run() {
         const key = generateSigningKey("ed25519:browser");
         const signed = signJson({ b: 1, a: "ü" }, "example.org", key);
         const keys = [createVerifyKey(key.publicKey, key.keyId)];
         return {
           canonical: encodeCanonicalJson({ b: 1, a: [true, null] }),
           valid: verifyJson(signed, "example.org", keys).outcome,
           tampered: verifyJson({ ...signed, b: 2 }, "example.org", keys).outcome,
           hasNode: typeof globalThis.process !== "undefined",
         };
       }`,
      "portable",
    );
    await using instance = await chromium.launch({ ...(browser === undefined ? {} : { executablePath: browser }), args: ["--no-sandbox"] });
    const page = await instance.newPage();
    await page.addScriptTag({ content: code });
    const result: unknown = await page.evaluate("portable.run()");
    expect(result).toEqual({
      canonical: '{"a":[true,null],"b":1}',
      valid: "valid",
      tampered: expect.not.stringMatching(/^valid$/),
      hasNode: false,
    });
  });
});
