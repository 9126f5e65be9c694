import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { entryPoints, findUndocumented, workspaceRoot } from "./docs-coverage.ts";

let root = "";
beforeAll(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "patrix-docs-")));
  mkdirSync(join(root, "packages/a/src"), { recursive: true });
  writeFileSync(join(root, "packages/a/package.json"), JSON.stringify({ exports: { ".": { "@patrix/source": "./src/index.ts" } } }));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function check(index: string, other = "export {};"): string[] {
  writeFileSync(join(root, "packages/a/src/index.ts"), index);
  writeFileSync(join(root, "packages/a/src/other.ts"), other);
  return findUndocumented(root, entryPoints(root)).findings.map(({ rule, where }) => `${rule} ${where}`);
}

const HEAD = "/**\n * A.\n *\n * @packageDocumentation\n */\n";

describe("findUndocumented", () => {
  it("accepts documented exports, also through a re-export and where interface and const share a docstring", () => {
    const other = "/** A. */\nexport interface A { a: string }\nexport const A: A = { a: '' };\n";
    expect(check(`${HEAD}export * from "./other.ts";\n`, other)).toEqual([]);
  });

  it("finds an undocumented export behind a re-export, at its declaration", () => {
    expect(check(`${HEAD}export { b } from "./other.ts";\n`, "const z = 1;\nexport const b: number = z;\n")).toEqual([
      "export-documented packages/a/src/other.ts:2",
    ]);
  });

  it("finds an entry point without a package comment", () => {
    expect(check("export {};\n")).toEqual(["entry-documented packages/a/src/index.ts"]);
  });

  it("finds the entry points of this workspace", () => {
    expect(entryPoints(workspaceRoot).length).toBeGreaterThan(20);
  });
});
