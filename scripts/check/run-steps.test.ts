import { describe, expect, it } from "vitest";
import { type StepResult, runSteps } from "./run-steps.ts";

const node = (code: string): string[] => [process.execPath, "-e", code];

function run(...commands: string[][][]): Promise<StepResult[]> {
  const steps = commands.map((list, index) => ({ name: `step-${index}`, proves: "", commands: list }));
  return runSteps(steps, { cwd: process.cwd(), env: process.env, concurrency: 2, onResult: () => {} });
}

describe("runSteps", () => {
  it("reports passed and failed steps in order, with their output", async () => {
    const results = await run([node("console.log('fine')")], [node("console.error('bad'); process.exit(3)")]);
    expect(results.map(({ name, passed, output }) => [name, passed, output])).toEqual([
      ["step-0", true, "fine"],
      ["step-1", false, "bad"],
    ]);
  });

  it("stops a step at its first failing command", async () => {
    const [result] = await run([node("process.exit(1)"), node("console.log('second')")]);
    expect(result?.passed).toBe(false);
    expect(result?.output).toBe("");
  });

  it("fails a step whose command is missing or is killed", async () => {
    const results = await run([["no-such-command-anywhere"]], [node("process.kill(process.pid, 'SIGKILL')")]);
    expect(results.map(({ passed }) => passed)).toEqual([false, false]);
  });
});
