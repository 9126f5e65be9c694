// The whole day with each homeserver, written down: `npm run interop`. The first build takes minutes, so this is no test of `npm test`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A test, as the test runner writes it down. */
interface Step {
  readonly ancestorTitles: readonly string[];
  readonly title: string;
  readonly status: string;
  /** In milliseconds. */
  readonly duration?: number | null;
}

/** What the test runner writes down. */
interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly Step[] }[];
}

const root = join(import.meta.dirname, "..", "..");

async function runDay(folder: string): Promise<Report> {
  const output = join(folder, "report.json");
  const args = ["run", "conformance/interop", "--maxWorkers", "2", "--reporter", "default", "--reporter", "json", "--outputFile", output];
  const child = spawn(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), ...args], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATRIX_INTEROP: "whole" },
  });
  await once(child, "close");
  return JSON.parse(await readFile(output, "utf8")) as Report;
}

function toLine({ title, status, duration }: Step): string {
  return status === "passed" ? `- ok, ${((duration ?? 0) / 1_000).toFixed(1)} s: ${title}` : `- **${status}**: ${title}`;
}

function write({ testResults }: Report): string {
  const steps = testResults.flatMap(({ assertionResults }) => assertionResults);
  const dayOf = ({ ancestorTitles, title }: Step): string => ancestorTitles.at(-1) ?? title;
  const lines = [...new Set(steps.map(dayOf))].flatMap((day) => [
    "",
    `## ${day.replace(/^./, (first) => first.toUpperCase())}`,
    "",
    ...steps.filter((step) => dayOf(step) === day).map(toLine),
  ]);
  const failed = steps.filter(({ status }) => status === "failed").length;
  const date = new Date().toISOString().slice(0, 10);
  return [
    "# Days with other homeservers",
    "",
    `${date}: ${steps.length} steps, ${failed} failed. Written by \`npm run interop\`.`,
    ...lines,
    "",
  ].join("\n");
}

const folder = await mkdtemp(join(tmpdir(), "patrix-interop-"));
try {
  const report = await runDay(folder);
  await writeFile(join(import.meta.dirname, "..", "results", "interop.md"), write(report));
  if (report.testResults.some(({ assertionResults }) => assertionResults.some(({ status }) => status === "failed"))) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}
