import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { thirdPartyLicences } from "./third-party-licences.ts";

let root = "";
beforeEach(() => (root = mkdtempSync(join(tmpdir(), "patrix-licences-"))));
afterEach(() => rmSync(root, { recursive: true }));

function install(name: string, files: Readonly<Record<string, string>>, license?: string): void {
  const folder = join(root, "node_modules/.pnpm/x/node_modules", name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name, version: "1.2.3", license }));
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
}

const inPackage = (path: string): string => `node_modules/.pnpm/x/node_modules/${path}`;

it("has each package once, by name, and nothing of the workspace", () => {
  install("zz", { "LICENSE.md": "Be kind.\n" });
  install("@a/b", { licence: "Do well." });
  const text = thirdPartyLicences(
    [inPackage("zz/a.js"), inPackage("zz/lib/b.js"), "../packages/api/src/index.ts", inPackage("@a/b/c.js")],
    root,
  );
  expect(text).toBe(`@a/b 1.2.3\n\nDo well.\n\n${"-".repeat(40)}\n\nzz 1.2.3\n\nBe kind.\n`);
});

it("has the name of a licence whose text is not there, and refuses a package without a licence", () => {
  install("named", {}, "MIT");
  expect(thirdPartyLicences([inPackage("named/index.js")], root)).toBe("named 1.2.3\n\nMIT\n");
  install("bare", {});
  expect(() => thirdPartyLicences([inPackage("bare/index.js")], root)).toThrow("bare 1.2.3 names no licence");
});
