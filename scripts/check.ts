// Every check of the repository but its tests: pnpm check [--only step[,step]] [--json]
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { type StepResult, runSteps } from "./check/run-steps.ts";
import { STEPS } from "./check/steps.ts";
import { ROOT, toolEnvironment } from "./workspace.ts";

const { values } = parseArgs({
  options: { only: { type: "string" }, json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
});

function printResult({ name, passed, durationMs, output }: StepResult): void {
  process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name.padEnd(12)} ${(durationMs / 1000).toFixed(1)} s\n`);
  if (!passed) process.stdout.write(`${output.replaceAll(/^/gm, "     ")}\n`);
}

async function main(): Promise<number> {
  if (values.help) {
    const lines = STEPS.map(({ name, proves }) => `  ${name.padEnd(12)} ${proves}`);
    process.stdout.write(`pnpm check [--only step[,step]] [--json]\n\n${lines.join("\n")}\n`);
    return 0;
  }
  const wanted = values.only?.split(",");
  const unknown = wanted?.filter((name) => !STEPS.some((step) => step.name === name)) ?? [];
  if (unknown.length > 0) {
    process.stderr.write(`no step ${unknown.join(", ")}; there are ${STEPS.map(({ name }) => name).join(", ")}\n`);
    return 2;
  }
  const steps = STEPS.filter(({ name }) => wanted?.includes(name) ?? true);
  const results = await runSteps(steps, {
    cwd: ROOT,
    env: toolEnvironment(),
    concurrency: Math.max(2, availableParallelism()),
    onResult: values.json ? () => {} : printResult,
  });
  if (values.json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  return results.every(({ passed }) => passed) ? 0 : 1;
}

process.exitCode = await main();
