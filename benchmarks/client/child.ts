// Work in a process of its own: what was loaded and done before has no part in what it costs.
import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

type Answer<T> = { readonly value: T } | { readonly error: string };

/** Starts a program of this folder, gives it a job, and waits for what comes of it. @throws What the job threw. */
export async function runJob<T>(program: string, job: object, isBuilt: boolean): Promise<T> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  // Others' libraries tell the console of every step.
  const child = fork(path, { execArgv: isBuilt ? [] : ["-C", "@patrix/source"], stdio: ["ignore", "ignore", "ignore", "ipc"] });
  child.send(job);
  const [answer] = (await Promise.race([
    once(child, "message"),
    once(child, "exit").then(() => [{ error: `${program} ended without an answer` }]),
  ])) as [Answer<T>];
  if (child.exitCode === null) {
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  }
  if ("error" in answer) throw new Error(answer.error);
  return answer.value;
}

/** What such a program does with its job. */
export function answerJob(work: (job: never) => Promise<unknown>): void {
  process.once("message", (job) => {
    const send = (answer: Answer<unknown>): void => void process.send?.(answer);
    // Whoever has started this process sends jobs of this kind.
    work(job as never).then(
      (value) => send({ value }),
      (error: unknown) => send({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
}
