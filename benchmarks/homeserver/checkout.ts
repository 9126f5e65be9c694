// An earlier commit of this project, checked out and built beside it, so that both can be measured in turn.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Checks out and builds a commit, or takes what an earlier run has left. @returns The folder. */
export function builtCheckout(ref: string): string {
  const commit = run("git", ["rev-parse", "--short=12", `${ref}^{commit}`], root).trim();
  const folder = join(root, ".patrix", "checkouts", commit);
  if (existsSync(join(folder, "packages/cli/dist/main.js"))) return folder;
  process.stderr.write(`building ${commit} in ${folder}\n`);
  if (!existsSync(folder)) run("git", ["worktree", "add", "--detach", folder, commit], root);
  // Its own start installs what it needs, and answers once.
  run("node", ["scripts/bootstrap.mjs", "start", "--once"], folder);
  run(process.execPath, ["scripts/build.ts"], folder);
  return folder;
}

/** Builds this checkout. */
export function buildThis(): void {
  run(process.execPath, ["scripts/build.ts"], root);
}

function run(command: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: "utf8" });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")} failed in ${cwd}: ${error?.message ?? stderr.slice(-2_000)}`);
}
