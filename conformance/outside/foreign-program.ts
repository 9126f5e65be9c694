import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** How to start a client that is written in another language; or why it cannot be had here, in one line. */
export type ForeignProgram = { readonly command: string; readonly args: readonly string[] } | { readonly missing: string };

/** How a program ended. */
interface Outcome {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The time that installing and building may take, in milliseconds. */
const INSTALL_MS = 240_000;

/** Runs a program to its end; a program that cannot be started ends with the code `null`. */
export function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; timeoutMs?: number; env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  const { cwd, env, timeoutMs = INSTALL_MS } = options;
  return new Promise((resolve) => {
    const child = spawn(command, args, { timeout: timeoutMs, ...(cwd !== undefined && { cwd }), ...(env && { env }) });
    const texts = { out: "", err: "" };
    child.stdout.on("data", (chunk) => (texts.out += String(chunk)));
    child.stderr.on("data", (chunk) => (texts.err += String(chunk)));
    child.once("error", (error) => resolve({ code: null, out: "", err: error.message }));
    child.once("close", (code) => resolve({ code, ...texts }));
  });
}

/** Installs a Python package into an environment of its own in the temporary folder, and runs a script there. */
export async function pythonProgram(requirement: string, script: string): Promise<ForeignProgram> {
  const folder = join(tmpdir(), `patrix-outside-${requirement.replaceAll(/[^\w.]+/g, "-")}`);
  const python = join(folder, "bin", "python");
  const done = join(folder, "installed");
  const lock = `${folder}.lock`;
  const take = (): Promise<boolean> =>
    mkdir(lock).then(
      () => true,
      () => false,
    );
  // Two files of tests may want the same one: the second waits for the first, or for as long as that may take.
  const until = Date.now() + 2 * INSTALL_MS;
  while (!existsSync(done) && !(await take()) && Date.now() < until) await sleep(500);
  if (existsSync(done)) return { command: python, args: [script] };
  try {
    const made = await run("python3", ["-m", "venv", folder]);
    if (made.code !== 0) return { missing: `python3 with venv is not here (${lastLine(made.err)})` };
    const installed = await run(python, ["-m", "pip", "install", "--quiet", requirement]);
    if (installed.code !== 0) return { missing: `${requirement} cannot be installed (${lastLine(installed.err)})` };
    await run(python, ["-c", `open(${JSON.stringify(done)}, "w")`]);
    return { command: python, args: [script] };
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** Builds a program of a Go module into the temporary folder; the one at its root if left out. */
export async function goProgram(folder: string, tags: string, path = "."): Promise<ForeignProgram> {
  const version = await run("go", ["version"]);
  if (version.code !== 0) return { missing: "Go is not here" };
  const program = join(tmpdir(), `patrix-outside-mautrix-go${path.slice(1).replaceAll("/", "-")}`);
  const built = await run("go", ["build", "-tags", tags, "-o", program, path], { cwd: folder });
  if (built.code === 0) return { command: program, args: [] };
  // Code that does not compile is a fault; a module that cannot be had is not.
  if (/^\S+\.go:\d+/m.test(built.err)) throw new Error(built.err);
  return { missing: `the module cannot be built (${lastLine(built.err)})` };
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1) ?? "";
}
