import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

/** How long a server may take until it answers, in milliseconds. */
const START_MS = 120_000;

/** A server in a process of its own. */
export interface RunningProgram extends AsyncDisposable {
  /** Ends it; at once, as in a power cut, unless it is asked to end in order. */
  end(signal: "SIGTERM" | "SIGKILL"): Promise<void>;
}

/** Starts a server and waits until it answers. @throws With the last lines that it has written, if it ends or does not answer. */
export async function startProgram(command: string, args: readonly string[], { url, cwd, env }: ProgramPlace): Promise<RunningProgram> {
  const child: ChildProcess = spawn(command, args, { cwd, env: { ...process.env, ...env } });
  let told = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (told = (told + String(chunk)).slice(-3_000)));
  const ended = once(child, "close");
  const deadline = Date.now() + START_MS;
  while (!(await answers(`${url}/_matrix/client/versions`))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill("SIGKILL");
      throw new Error(`${command} does not answer: ${told}`);
    }
    await sleep(100);
  }
  const end = async (signal: "SIGTERM" | "SIGKILL"): Promise<void> => {
    child.kill(signal);
    await ended;
  };
  return { end, [Symbol.asyncDispose]: () => end("SIGKILL") };
}

interface ProgramPlace {
  /** Where clients reach it. */
  readonly url: string;
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
}
