import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { checkTestsBeside, SHORT_LINES } from "./tests-beside.ts";
import type { TestedElsewhere } from "./tests-beside/register.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** What is found in a workspace of the given files. */
function found(files: Readonly<Record<string, string>>, register: readonly TestedElsewhere[] = []): string[] {
  const root = mkdtempSync(join(tmpdir(), "patrix-beside-"));
  folders.push(root);
  for (const [path, text] of Object.entries(files)) {
    const full = join(root, "packages", path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }
  return checkTestsBeside(root, register).map(({ rule, where }) => `${rule} ${where}`);
}

/** A source of so many lines, of which the last does something. */
const source = (last: string, lines = SHORT_LINES + 1): string => `${"// a line\n".repeat(lines - 1)}${last}\n`;
const branch = source("export const f = (x: number): number => (x > 1 ? 1 : x);");
const rooms = "homeserver/src/rooms/a.ts";
const missing = `test-beside packages/${rooms}`;

describe("checkTestsBeside", () => {
  it.each([
    "if (a) b();",
    "const c = a ? 1 : 2;",
    "const c = a && b;",
    "const c = a || b;",
    "for (const a of b) c(a);",
    "while (a) b();",
    "switch (a) { default: }",
    "try { a(); } catch { b(); }",
    "class A { f() { return [1].map((x) => x || 1); } }",
  ])("finds a file that does %s and has no test beside it", (last) => {
    expect(found({ [rooms]: source(last) })).toEqual([missing]);
    expect(found({ [rooms]: source(last), "homeserver/src/rooms/a.test.ts": "" })).toEqual([]);
  });

  it("wants the test of the file itself, in its own folder", () => {
    expect(found({ [rooms]: branch, "homeserver/src/rooms/b.test.ts": "", "homeserver/tests/a.test.ts": "" })).toEqual([missing]);
  });

  it("passes over declarations, short files, indexes, tests and the packages of the library", () => {
    const declaration = source('export const a = { b: c ?? "if (a) b();" }; // if (a) b();');
    expect(found({ [rooms]: declaration, "bot/src/a.ts": source("if (a) b();", SHORT_LINES) })).toEqual([]);
    expect(found({ "client/src/index.ts": branch, "client/src/a.test-d.ts": branch, "events/src/a.ts": branch })).toEqual([]);
  });

  it("accepts what the register names, and finds entries that nothing needs", () => {
    const entry = (files: RegExp, folder = "homeserver"): TestedElsewhere => ({ folder, files, reason: "x" });
    const needless = "register-needed scripts/architecture/tests-beside/register.ts";
    expect(found({ [rooms]: branch }, [entry(/^rooms\/a\.ts$/)])).toEqual([]);
    expect(found({ [rooms]: branch }, [entry(/^a\.ts$/)])).toEqual([missing, needless]);
    expect(found({ [rooms]: branch }, [entry(/^rooms\//, "client")])).toEqual([missing, needless]);
    expect(found({ [rooms]: branch, "homeserver/src/rooms/a.test.ts": "" }, [entry(/^rooms\//)])).toEqual([needless]);
  });
});
