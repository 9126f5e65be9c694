// Checks what would be published: packs every package, lints the tarballs, and installs them the way a user does.
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { runSteps, type StepResult } from "./check/run-steps.ts";
import type { Step } from "./check/steps.ts";
import { consumerFiles, OLDEST_TYPESCRIPT } from "./pack/consumer.ts";
import { findNode, OLDEST_NODE } from "./pack/oldest-node.ts";
import { pnpmProgram, ROOT, toolEnvironment, workspacePackages } from "./workspace.ts";

function printResult({ name, passed, durationMs, output }: StepResult): void {
  process.stdout.write(`${passed ? "ok  " : "FAIL"} ${name.padEnd(24)} ${(durationMs / 1000).toFixed(1)} s\n`);
  if (!passed) process.stdout.write(`${output.replaceAll(/^/gm, "     ")}\n`);
}

async function allPass(steps: readonly Step[], concurrency: number = availableParallelism()): Promise<boolean> {
  const results = await runSteps(steps, { cwd: ROOT, env: toolEnvironment(), concurrency, onResult: printResult });
  return results.every(({ passed }) => passed);
}

async function check(folder: string): Promise<boolean> {
  const packages = workspacePackages();
  const tarballs = join(folder, "tarballs");
  mkdirSync(tarballs);
  const pack = packages.map(({ path }) => ({
    name: `pack ${basename(path)}`,
    proves: "",
    cwd: path,
    commands: [[pnpmProgram(), "pack", "--pack-destination", tarballs]],
  }));
  if (!(await allPass(pack))) return false;
  const files = readdirSync(tarballs).map((name) => join(tarballs, name));
  const lint = files.map((file) => ({
    name: `lint ${basename(file, ".tgz")}`,
    proves: "",
    commands: [
      ["publint", file, "--strict"],
      ["attw", file, "--profile", "esm-only", "--no-emoji", "--format", "table-flipped"],
    ],
  }));
  const isLintClean = await allPass(lint);
  const consumer = join(folder, "consumer");
  mkdirSync(consumer);
  for (const [name, text] of Object.entries(consumerFiles(packages, files))) writeFileSync(join(consumer, name), text);
  const commands = [
    ["npm", "install", "--no-audit", "--no-fund", "--loglevel=error"],
    ["tsc", "-p", "tsconfig.json"],
    ["node", `node_modules/${OLDEST_TYPESCRIPT}/bin/tsc`, "-p", "tsconfig.json", "--noEmit"],
    ["node", "main.js"],
    [
      "esbuild",
      "page.js",
      "--bundle",
      "--splitting",
      "--minify",
      "--format=esm",
      "--platform=browser",
      "--outdir=page",
      "--metafile=page.json",
    ],
    ["node", "page-size.js"],
  ];
  if (!(await allPass([{ name: "a user's project", proves: "", cwd: consumer, commands }]))) return false;
  return (await runsOnOldestNode(consumer)) && isLintClean;
}

async function runsOnOldestNode(consumer: string): Promise<boolean> {
  const program = findNode(OLDEST_NODE);
  const name = `a client on Node ${OLDEST_NODE}`;
  if (program !== undefined) return allPass([{ name, proves: "", cwd: consumer, commands: [["node", "old-node-server.js", program]] }]);
  process.stdout.write(`skip ${name}: there is none on the PATH\n`);
  return true;
}

const folder = mkdtempSync(join(tmpdir(), "patrix-pack-"));
try {
  process.exitCode = (await check(folder)) ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
