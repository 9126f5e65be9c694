import { spawn } from "node:child_process";
import type { Step } from "./steps.ts";

/** What became of one step. */
export interface StepResult {
  name: string;
  passed: boolean;
  durationMs: number;
  /** Everything it printed. */
  output: string;
}

interface CommandResult {
  code: number;
  output: string;
}

function runCommand(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const [program = "", ...args] = command;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", (error) => resolve({ code: 1, output: `cannot run ${program}: ${error.message}` }));
    // A command that a signal ended has no code.
    child.on("close", (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

async function runStep(step: Step, cwd: string, env: NodeJS.ProcessEnv): Promise<StepResult> {
  const begin = performance.now();
  const outputs: string[] = [];
  let passed = true;
  for (const command of step.commands) {
    const { code, output } = await runCommand(command, cwd, env);
    outputs.push(output);
    passed = code === 0;
    if (!passed) break;
  }
  return { name: step.name, passed, durationMs: performance.now() - begin, output: outputs.join("").trim() };
}

/** Options of {@link runSteps}. */
export interface RunOptions {
  cwd: string;
  env: NodeJS.ProcessEnv;
  /** How many steps run at once. */
  concurrency: number;
  onResult(result: StepResult): void;
}

/** Runs the steps, several at once; the results come in the order of the steps. */
export async function runSteps(steps: readonly Step[], options: RunOptions): Promise<StepResult[]> {
  const results: StepResult[] = [];
  const queue = steps.entries();
  const worker = async (): Promise<void> => {
    for (const [index, step] of queue) {
      const result = await runStep(step, step.cwd ?? options.cwd, options.env);
      results[index] = result;
      options.onResult(result);
    }
  };
  await Promise.all(Array.from({ length: options.concurrency }, worker));
  return results;
}
