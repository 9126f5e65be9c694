// Builds every package: declarations by one `tsc -b`, then JavaScript by tsup in each package.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join } from "node:path";
import { rewriteSpecifiers } from "./build/declaration-specifiers.ts";
import { runSteps, type StepResult } from "./check/run-steps.ts";
import { ROOT, toolEnvironment, workspacePackages } from "./workspace.ts";

function printFailure({ name, passed, output }: StepResult): void {
  if (!passed) process.stdout.write(`FAIL ${name}\n${output}\n`);
}

async function main(): Promise<number> {
  const begin = performance.now();
  const common = { env: toolEnvironment(), onResult: printFailure };
  const declarations = { name: "declarations", proves: "", commands: [["tsc", "-b"]] };
  const [types] = await runSteps([declarations], { ...common, cwd: ROOT, concurrency: 1 });
  if (!types?.passed) return 1;
  for (const path of globSync("packages/*/dist/**/*.d.ts", { cwd: ROOT })) {
    const text = readFileSync(join(ROOT, path), "utf8");
    const rewritten = rewriteSpecifiers(text);
    if (rewritten !== text) writeFileSync(join(ROOT, path), rewritten);
  }
  const packages = workspacePackages();
  const steps = packages.map(({ path }) => ({ name: basename(path), proves: "", cwd: path, commands: [["tsup", "--silent"]] }));
  const results = await runSteps(steps, { ...common, cwd: ROOT, concurrency: availableParallelism() });
  const failed = results.filter(({ passed }) => !passed).length;
  process.stdout.write(
    `${packages.length - failed} packages built, ${failed} failed, ${((performance.now() - begin) / 1000).toFixed(1)} s\n`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main();
