// Our client and matrix-nio, with encryption by vodozemac and by libolm, in one encrypted room.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import { expect, it } from "vitest";
import { Talk } from "./encrypted-talk.ts";
import { pythonProgram } from "./foreign-program.ts";

interface Version {
  readonly requirement: string;
  readonly asks: readonly "ours"[];
}

// Of 0.26.0 no other client can take a verification: the commitment is written in hexadecimal, and the codes of keys are computed by one method
// and named by the other. It neither asks by requests nor has backups.
const versions: readonly Version[] = [
  { requirement: "matrix-nio[e2e]==0.26.0", asks: [] },
  { requirement: "matrix-nio[e2e]==0.20.2", asks: ["ours"] },
];

it.for(versions)("$requirement and ours read one another, over restarts", { timeout: 300_000 }, async ({ requirement, asks }, { skip }) => {
  const nio = await pythonProgram(requirement, join(import.meta.dirname, "nio", "talk.py"));
  if ("missing" in nio) {
    console.info(`${requirement} is left out: ${nio.missing}`);
    skip(nio.missing);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "patrix-outside-nio-"));
  try {
    await using server = await testHomeserver();
    const program = (name: string, store: string): { command: string; args: string[] } => {
      mkdirSync(store, { recursive: true });
      return { command: nio.command, args: [...nio.args, server.url, store, name] };
    };
    await using talk = new Talk({ server, folder, program, hasBackup: false, asks });
    let done = 0;
    for (const { run } of talk.steps) {
      await run();
      done += 1;
    }
    expect(done).toBe(5 + asks.length);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
