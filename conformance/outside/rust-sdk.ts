// Our client and matrix-rust-sdk in one encrypted room, and the backups of each restored by the other: `npm run interop:rust`. The first build
// takes minutes, so this is no test of `npm test`.
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testHomeserver } from "@patrix/homeserver/testing";
import { buildRustProgram, elementX } from "./rust-program.ts";
import { Talk } from "./encrypted-talk.ts";

async function measure(): Promise<void> {
  const command = await buildRustProgram(elementX, "talk");
  const folder = await mkdtemp(join(tmpdir(), "patrix-rust-sdk-"));
  const lines: string[] = [];
  try {
    await using server = await testHomeserver();
    const program = (name: string, store: string): { command: string; args: string[] } => ({ command, args: [server.url, store, name] });
    await using talk = new Talk({ server, folder, program, hasBackup: true, asks: ["ours", "theirs"] });
    for (const { name, run } of talk.steps) {
      const error = await run().then(
        () => undefined,
        (reason: unknown) => String(reason),
      );
      lines.push(error === undefined ? `- ok: ${name}` : `- **failed**: ${name} (${error.slice(0, 300)})`);
      console.log(lines.at(-1));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const failed = lines.filter((line) => line.includes("failed")).length;
  if (failed > 0) process.exitCode = 1;
  const head = `${new Date().toISOString().slice(0, 10)}, matrix-sdk 0.18.0 with SQLite stores and sliding sync, ours on Node with SQLite: ${lines.length} steps, ${failed} failed. Written by \`npm run interop:rust\`.`;
  const text = ["# Our client and matrix-rust-sdk in one encrypted room", "", head, "", ...lines, ""].join("\n");
  writeFileSync(join(import.meta.dirname, "../results/rust-sdk.md"), text);
}

await measure();
