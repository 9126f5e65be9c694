// Clients in other languages, as published, in the first hour of two people. Each is skipped with one line where it cannot be had.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import { describe, expect, it } from "vitest";
import { type ForeignProgram, goProgram, pythonProgram, run } from "./foreign-program.ts";
import { startLoggingProxy } from "./logging-proxy.ts";

/** A line that a program prints for each step. */
interface Step {
  readonly step: string;
  readonly ok: boolean;
  readonly note?: string | null;
}

const here = import.meta.dirname;
const nio = join(here, "nio", "first_hour.py");

const programs: readonly { readonly name: string; readonly steps: number; readonly prepare: () => Promise<ForeignProgram> }[] = [
  { name: "matrix-nio 0.26.0", steps: 14, prepare: () => pythonProgram("matrix-nio[e2e]==0.26.0", nio) },
  { name: "matrix-nio 0.20.2", steps: 14, prepare: () => pythonProgram("matrix-nio[e2e]==0.20.2", nio) },
  { name: "mautrix-go 0.32.0", steps: 15, prepare: () => goProgram(join(here, "mautrix-go"), "goolm") },
];

describe("the first hour of two people with", () => {
  it.for(programs)("$name", { timeout: 420_000 }, async ({ name, steps, prepare }, { skip }) => {
    const program = await prepare();
    if ("missing" in program) {
      console.info(`${name} is left out: ${program.missing}`);
      skip(program.missing);
      return;
    }
    await using server = await testHomeserver();
    await using proxy = await startLoggingProxy(server.url);
    const folder = await mkdtemp(join(tmpdir(), "patrix-store-"));
    const { code, out, err } = await run(program.command, [...program.args, proxy.url, folder], { timeoutMs: 90_000 });
    await rm(folder, { recursive: true });
    const told = out.split("\n").flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Step] : []));
    expect(told.filter(({ ok }) => !ok)).toEqual([]);
    expect([told.length, code], err).toEqual([steps, 0]);
    expect(proxy.tally().filter(([line]) => line.startsWith("5"))).toEqual([]);
    expect(proxy.unserved()).toEqual([]);
  });
});
