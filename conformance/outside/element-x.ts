// Runs two sessions on the crates that Element X is made of against the homeserver, and writes down how that went:
// `npm run element-x`. The first build takes minutes, so this is no test of `npm test`.
import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { testHomeserver, type TestHomeserver } from "@patrix/homeserver/testing";
import { buildRustProgram, elementX } from "./rust-program.ts";
import { type LoggingProxy, startLoggingProxy } from "./logging-proxy.ts";

/** A line of the program: a step that is done, or something that it asks for. */
interface Line {
  readonly step?: string;
  readonly ok?: boolean;
  readonly note?: string | null;
  readonly ask?: string;
}

/** Runs the program, and restarts the server when it asks for that. */
async function runSessions(program: string, proxy: LoggingProxy, folder: string, restart: () => Promise<void>): Promise<readonly Line[]> {
  const child = spawn(program, [proxy.url, folder], { stdio: ["pipe", "pipe", "inherit"] });
  const steps: Line[] = [];
  for await (const text of createInterface({ input: child.stdout })) {
    const line = JSON.parse(text) as Line;
    if (line.ask !== undefined) {
      await restart();
      child.stdin.write("done\n");
      continue;
    }
    steps.push(line);
    console.log(`${line.ok === true ? "ok  " : "FAIL"} ${line.step ?? ""}${line.note == null ? "" : `: ${line.note}`}`);
  }
  return steps;
}

async function measure(): Promise<void> {
  const program = await buildRustProgram(elementX, "element-x-session");
  const folder = await mkdtemp(join(tmpdir(), "patrix-element-x-"));
  const dataDir = join(folder, "server");
  const options = { dataDir, config: { database: { url: `sqlite:${join(dataDir, "patrix.db")}` } } };
  let server: TestHomeserver = await testHomeserver(options);
  await using proxy = await startLoggingProxy(() => server.url);
  try {
    for (const username of ["alice", "bob"])
      await server.request("POST", "/_matrix/client/v3/register", {
        username,
        password: "correct horse 1",
        inhibit_login: true,
        auth: { type: "m.login.dummy" },
      });
    const steps = await runSessions(program, proxy, folder, async () => {
      await server.stop();
      server = await testHomeserver(options);
    });
    writeResult(steps, proxy);
    if (steps.some(({ ok }) => ok !== true)) process.exitCode = 1;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function writeResult(steps: readonly Line[], proxy: LoggingProxy): void {
  const failed = steps.filter(({ ok }) => ok !== true).length;
  const lines = [
    "# Sessions of Element X's crates",
    "",
    `${new Date().toISOString().slice(0, 10)}, matrix-sdk and matrix-sdk-ui 0.18.0 with SQLite stores, through a proxy that counts: ${steps.length} steps, ${failed} failed. Written by \`npm run element-x\`.`,
    "",
    ...steps.map(({ step, ok, note }) => `- ${ok === true ? "ok" : "**failed**"}: ${step ?? ""}${note == null ? "" : ` (${note})`}`),
    "",
    "Not served:",
    "",
    ...proxy.unserved().map((line) => `- \`${line}\``),
    "",
    "Asked for:",
    "",
    "```",
    ...proxy.tally().map(([line, count]) => `${String(count).padStart(5)} ${line}`),
    "```",
    "",
  ];
  const results = join(import.meta.dirname, "..", "results");
  mkdirSync(results, { recursive: true });
  writeFileSync(join(results, "element-x.md"), lines.join("\n"));
}

await measure();
