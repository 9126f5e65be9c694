// Runs the tests of client, bot and application services that speak HTTP over Synapse, and writes down how that went:
// `npm run interop:client`, with arguments of vitest behind it for a part, which writes nothing.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { freePort } from "../outside/free-port.ts";
import { explained, leftOut } from "./client-suite-explained.ts";
import { startClientSynapse, synapse } from "./synapse.ts";

interface TestResult {
  readonly fullName: string;
  readonly status: string;
  readonly failureMessages: readonly string[];
}

interface SuiteResults {
  readonly testResults: readonly { readonly name: string; readonly message: string; readonly assertionResults: readonly TestResult[] }[];
}

interface Failure {
  readonly file: string;
  readonly test: string;
  readonly message: string;
  readonly why: string | undefined;
}

const root = join(import.meta.dirname, "../..");

/** Makes the tables once, for all. @returns The database. */
async function makeTemplate(command: string, folder: string): Promise<string> {
  const template = join(folder, "template");
  mkdirSync(template);
  const running = await startClientSynapse(command, { serverName: "localhost", folder: template, clientPort: await freePort() });
  await running.end("SIGTERM");
  return join(template, "homeserver.db");
}

async function run(command: string, database: string, args: readonly string[]): Promise<SuiteResults> {
  const output = `${database}.results.json`;
  const env = { ...process.env, PATRIX_TEST_SYNAPSE: command, PATRIX_TEST_SYNAPSE_DATABASE: database };
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile=${output}`];
  const child = spawn("vitest", ["run", "--project", "synapse", ...reporters, ...args], { cwd: root, env, stdio: "inherit" });
  await once(child, "close");
  return JSON.parse(readFileSync(output, "utf8")) as SuiteResults;
}

function failuresOf({ testResults }: SuiteResults): Failure[] {
  return testResults.flatMap(({ name, message, assertionResults }) => {
    const file = relative(root, name);
    const failed = assertionResults.filter(({ status }) => status === "failed");
    const found = failed.map(({ fullName, failureMessages }) => ({ file, test: fullName, message: failureMessages[0] ?? "" }));
    const all = found.length === 0 && assertionResults.length === 0 && message !== "" ? [{ file, test: "(the file)", message }] : found;
    return all.map((failure) => ({ ...failure, why: whyOf(failure.file, failure.test) }));
  });
}

function whyOf(file: string, test: string): string | undefined {
  const both = Object.entries(explained).find(([name]) => test.includes(name) || file.endsWith(name));
  return both?.[1];
}

function describe(results: SuiteResults, failures: readonly Failure[]): string {
  const all = results.testResults.flatMap(({ assertionResults }) => assertionResults);
  const passed = all.filter(({ status }) => status === "passed").length;
  const failed = all.filter(({ status }) => status === "failed").length;
  const skipped = all.length - passed - failed;
  const row = ({ file, test, why = "**not explained**" }: Failure): string => `| \`${file}\` | ${test.replaceAll("|", "\\|")} | ${why} |`;
  return [
    "# The tests of client, bot and application services over Synapse",
    "",
    `${new Date().toISOString().slice(0, 10)}, ${synapse.name} with SQLite in the place of our homeserver: ${passed + failed - failures.length} tests passed, ${failures.length} failed, ${skipped} were left out. Written by \`npm run interop:client\`.`,
    "",
    ...(failures.length === 0 ? [] : ["| file | test | why |", "| --- | --- | --- |", ...failures.map(row), ""]),
    "Not run at all:",
    "",
    ...leftOut.map((line) => `- ${line}`),
    "",
  ].join("\n");
}

async function measure(args: readonly string[]): Promise<void> {
  const prepared = await synapse.prepare();
  if ("missing" in prepared) {
    console.log(`${synapse.name} is left out: ${prepared.missing}`);
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), "patrix-client-suite-"));
  try {
    const database = await makeTemplate(prepared.command, folder);
    const results = await run(prepared.command, database, ["--maxWorkers", "2", ...args]);
    const first = failuresOf(results);
    const open = [...new Set(first.flatMap(({ file, why }) => (why === undefined ? [file] : [])))];
    // A server for each test is much for a machine that has other things to do: files with failures run once more, alone.
    const again = open.length === 0 ? [] : failuresOf(await run(prepared.command, database, ["--maxWorkers", "1", ...open]));
    const failures = first.filter(
      ({ file, test, why }) => why !== undefined || again.some((each) => each.file === file && each.test === test),
    );
    for (const { test, message, why } of failures) if (why === undefined) console.error(`not explained: ${test}\n${message.slice(0, 500)}`);
    if (failures.some(({ why }) => why === undefined)) process.exitCode = 1;
    if (args.length === 0) writeFileSync(join(import.meta.dirname, "../results/client-on-synapse.md"), describe(results, failures));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await measure(process.argv.slice(2));
