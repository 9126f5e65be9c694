import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { workspaceRoot } from "./docs-coverage.ts";
import { applyMutant, type Mutant, mutatedCode } from "./mutants.ts";
import type { MutationStage } from "./mutation-areas.ts";

/** What the tests said about one mutant. */
export interface MutationOutcome {
  readonly area: string;
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly code: string;
  readonly noticed: boolean;
  /** The stage that noticed it. */
  readonly stage?: MutationStage["name"];
  /** The first test that failed, or that the run took too long. */
  readonly by?: string;
}

/** How long the tests of a stage may take on a busy machine. */
const RUN_MS: Readonly<Record<MutationStage["name"], number>> = { beside: 120_000, folder: 300_000, area: 600_000 };

interface VitestReport {
  readonly testResults?: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

interface Failure {
  /** The first test that failed, or that the run took too long. */
  readonly by: string;
  /** Whether the test took too long. */
  readonly isLate: boolean;
}

const interrupted = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => interrupted.abort());

/**
 * Runs the test runner, and says how it ended; after so many milliseconds it is ended with its workers, which may be in an endless loop.
 *
 * @throws {Error} The program was interrupted.
 */
async function runVitest(args: readonly string[], timeoutMs: number): Promise<number | "timeout" | null> {
  const child = spawn(join(workspaceRoot, "node_modules/.bin/vitest"), args, { cwd: workspaceRoot, stdio: "ignore", detached: true });
  const over = AbortSignal.any([interrupted.signal, AbortSignal.timeout(timeoutMs)]);
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  };
  over.addEventListener("abort", end);
  // A boundary: what Node says of a process that ended.
  const [status] = (await once(child, "exit")) as [number | null];
  over.removeEventListener("abort", end);
  if (interrupted.signal.aborted) throw new Error("interrupted; the source is as it was");
  return over.aborted ? "timeout" : status;
}

/** Runs tests until the first that fails, and names it. A test that took too long on a busy machine has a second chance. */
async function firstFailure(stage: MutationStage): Promise<string | undefined> {
  const failure = await runTests(stage);
  return failure?.isLate ? (await runTests(stage))?.by : failure?.by;
}

async function runTests({ name, tests }: MutationStage): Promise<Failure | undefined> {
  const output = join(tmpdir(), `mutation-${process.pid}.json`);
  try {
    const options = ["run", "--bail", "1", "--passWithNoTests", "--reporter", "json", "--outputFile", output];
    const status = await runVitest([...options, ...tests], RUN_MS[name]);
    if (status === "timeout") return { by: `no end within ${RUN_MS[name] / 1000} s`, isLate: false };
    if (status === 0) return undefined;
    // A boundary: the report of the test runner.
    const report = (existsSync(output) ? JSON.parse(readFileSync(output, "utf8")) : {}) as VitestReport;
    return nameFailure(report);
  } finally {
    rmSync(output, { force: true });
  }
}

function nameFailure({ testResults = [] }: VitestReport): Failure {
  const failed = testResults.filter(({ status }) => status === "failed");
  // With `--bail`, files that were cut off count as failed too.
  const file = failed.find(({ assertionResults }) => assertionResults.some(({ status }) => status === "failed")) ?? failed[0];
  if (!file) return { by: "the test run itself", isLate: false };
  const test = file.assertionResults.find(({ status }) => status === "failed");
  return {
    by: `${file.name.slice(file.name.lastIndexOf("/") + 1)} > ${test?.fullName ?? "cannot be loaded"}`,
    isLate: test?.failureMessages.some((message) => message.includes("timed out in")) ?? false,
  };
}

const checked = new Set<string>();

/** @throws {Error} Tests fail without any change. */
async function requirePassing(stage: MutationStage): Promise<void> {
  const { name, tests } = stage;
  const key = tests.join(" ");
  if (checked.has(key)) return;
  const failure = await firstFailure(stage);
  if (failure !== undefined) throw new Error(`the ${name} tests fail without any change; mend them first: ${failure}`);
  checked.add(key);
}

/**
 * Writes a mutant into its source, runs the stages until one notices it, and puts the source back. A stage that fails is then run without the mutant,
 * once per program, so that broken tests notice nothing.
 *
 * @throws {Error} The tests of a stage fail without any change.
 */
export async function runMutant(
  { area, path }: Pick<MutationOutcome, "area" | "path">,
  mutant: Mutant,
  stages: readonly MutationStage[],
): Promise<MutationOutcome> {
  const full = join(workspaceRoot, path);
  const text = readFileSync(full, "utf8");
  const outcome = { area, path, line: mutant.line, what: mutant.what, code: mutatedCode(text, mutant), noticed: false };
  for (const stage of stages) {
    let by: string | undefined;
    writeFileSync(full, applyMutant(text, mutant));
    try {
      by = await firstFailure(stage);
    } finally {
      writeFileSync(full, text);
    }
    if (by === undefined) continue;
    await requirePassing(stage);
    return { ...outcome, noticed: true, stage: stage.name, by };
  }
  return outcome;
}
