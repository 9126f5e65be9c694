import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkMachineTime, findMachineTime } from "./machine-time.ts";

const found = (text: string): string[] => findMachineTime("a.ts", text).map(({ message }) => message.split(":", 1)[0] ?? "");

describe("findMachineTime", () => {
  it.each([
    ["const now = Date.now();", "Date.now"],
    ["const now = globalThis.Date.now;", "Date.now"],
    ["const now = performance.now();", "performance.now"],
    ["const at = new Date();", "new Date()"],
    ["setTimeout(run, 5).unref();", "setTimeout"],
    ["globalThis.setInterval(run, 5);", "setInterval"],
    ["const signal = AbortSignal.timeout(5);", "AbortSignal.timeout"],
    ['import { setTimeout as pause } from "node:timers/promises";', "setTimeout"],
    ['import * as timers from "node:timers";', "*"],
    ['import { LruCache, systemClock } from "@patrix/concurrency";', "systemClock"],
    ['import { nodeClock } from "@patrix/federation/node";', "nodeClock"],
    ["const clock = programClock();", "programClock"],
  ])("finds %s", (text, what) => {
    expect(found(text)).toEqual([what]);
  });

  it.each([
    "const now = clock.now();",
    "const at = new Date(clock.now());",
    "const clock = programClock(given);",
    'import { setImmediate } from "node:timers/promises";',
    'import type { Clock, ProgramClock } from "@patrix/concurrency";',
    "this.#parts.setTimeout(5);",
    '// Date.now()\nconst a = "setTimeout(run, 5)";',
  ])("leaves alone %s", (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("checkMachineTime", () => {
  it("asks for a line in the register for a source, and not for tests and what they are made of; a line that nobody needs is one too many", () => {
    const root = mkdtempSync(join(tmpdir(), "patrix-time-"));
    try {
      for (const path of [
        "homeserver/src/a.ts",
        "homeserver/src/a.test.ts",
        "homeserver/src/testing/b.ts",
        "federation/src/c.ts",
        "client/src/d.ts",
      ]) {
        const full = join(root, "packages", path);
        mkdirSync(dirname(full), { recursive: true });
        writeFileSync(full, "export const at = Date.now();\n");
      }
      const places = (...files: RegExp[]): string[] =>
        checkMachineTime(
          root,
          files.map((file) => ({ files: file, reason: "a test" })),
        ).map(({ rule, where }) => `${rule} ${where}`);
      expect(places().toSorted()).toEqual(["machine-time packages/federation/src/c.ts:1", "machine-time packages/homeserver/src/a.ts:1"]);
      expect(places(/homeserver\/src\/a/, /federation/)).toEqual([]);
      expect(places(/homeserver\/src\/a/, /federation/, /nowhere/)).toEqual([
        "register-needed scripts/architecture/machine-time/register.ts",
      ]);
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });
});
