import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import { describe, expect } from "vitest";
import { advisory } from "./advisory.ts";

const media = "/_matrix/client/v1/media";

interface ImageLibrary {
  readonly versions: Readonly<Record<string, string | undefined>>;
}

function isAtLeast(version: string | undefined, least: readonly number[]): boolean {
  const parts = (version ?? "0").split(".").map(Number);
  for (const [i, part] of least.entries()) if (parts[i] !== part) return (parts[i] ?? 0) > part;
  return true;
}

describe("advisories about media", () => {
  advisory(41, "only images of five kinds are decoded, whatever type is claimed", async () => {
    await using server = await testHomeserver();
    const { accessToken } = await server.register("alice");
    const contents = [
      `<svg xmlns="http://www.w3.org/2000/svg" width="100" height="100"><rect width="100" height="100"/></svg>`,
      "%PDF-1.4\n1 0 obj\n<<>>\nendobj",
      "%!PS-Adobe-3.0 EPSF-3.0\n",
      "II*\0\b\0\0\0\0\0",
      "BM\x3a\0\0\0\0\0\0\0",
      "8BPS\0\x01",
      "\0\0\0\x18ftypheic",
    ];
    for (const content of contents)
      for (const type of ["image/png", "image/svg+xml", "image/tiff"]) {
        const upload = await fetch(`${server.url}/_matrix/media/v3/upload`, {
          method: "POST",
          headers: { authorization: `Bearer ${accessToken}`, "content-type": type },
          body: Buffer.from(content, "latin1"),
        });
        const { content_uri: uri } = (await upload.json()) as { content_uri: string };
        const path = `${media}/thumbnail/${uri.replace("mxc://", "")}?width=32&height=32&method=scale`;
        expect([content.slice(0, 6), (await server.request("GET", path, undefined, accessToken)).status]).toEqual([
          content.slice(0, 6),
          400,
        ]);
      }
  });

  advisory(42, "the image library has the repaired WebP decoder", async () => {
    const load = createRequire(resolve("packages/homeserver/package.json"));
    // The library belongs to the homeserver, and is loaded as the homeserver finds it.
    const library = load("sharp") as ImageLibrary & { readonly default?: ImageLibrary };
    const { versions } = library.default ?? library;
    expect([versions["webp"], isAtLeast(versions["webp"], [1, 3, 2])]).toEqual([versions["webp"], true]);
    expect([versions["vips"], isAtLeast(versions["vips"], [8, 14, 5])]).toEqual([versions["vips"], true]);
  });

  advisory(43, "no name of media leads out of their folder", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), "patrix-advisory-"));
    await using server = await testHomeserver({ dataDir });
    const { accessToken } = await server.register("alice");
    const before = readdirSync(dataDir).toSorted((a, b) => (a < b ? -1 : 1));
    const names = ["..", "%2e%2e", "..%2f..%2fpatrix.db", "%2fetc%2fpasswd", "x%00", "..%5c..", "localhost%2f.."];
    for (const name of names)
      for (const path of [
        `download/localhost/${name}`,
        `download/${name}/x`,
        `download/localhost/x/${name}`,
        `thumbnail/${name}/${name}`,
      ]) {
        const { status } = await server.request("GET", `${media}/${path}?width=1&height=1`, undefined, accessToken);
        expect([path, [400, 404].includes(status)]).toEqual([path, true]);
        await server.request("PUT", `/_matrix/media/v3/upload/localhost/${name}`, "x", accessToken);
      }
    expect(readdirSync(dataDir).toSorted((a, b) => (a < b ? -1 : 1))).toEqual(before);
    await server.stop();
    await rm(dataDir, { recursive: true });
  });
});
