// Asks for /versions again and again, from a thread of its own, so that what the harness does meanwhile delays no probe.
import { Agent, get } from "node:http";
import { parentPort, Worker, workerData } from "node:worker_threads";

// Threads have no origins.
/* oxlint-disable unicorn/require-post-message-target-origin */

const PAUSE_MS = 2;

/** How long `/versions` took while something else ran. */
export interface Waits {
  readonly count: number;
  readonly medianMs: number;
  readonly worstMs: number;
}

/** Measures how long `/versions` waits while some work is done. */
export async function waitsDuring(url: string, work: () => Promise<unknown>): Promise<Waits> {
  const worker = new Worker(new URL(import.meta.url), { workerData: url });
  const answers = (): Promise<unknown> => new Promise((resolve) => worker.once("message", resolve));
  try {
    await answers();
    await work();
    const done = answers();
    worker.postMessage("stop");
    const waits = ((await done) as number[]).toSorted((a, b) => a - b);
    return { count: waits.length, medianMs: waits[Math.floor(waits.length / 2)] ?? 0, worstMs: waits.at(-1) ?? 0 };
  } finally {
    await worker.terminate();
  }
}

async function probe(url: string): Promise<void> {
  const agent = new Agent({ keepAlive: true });
  const ask = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const begin = performance.now();
      get(`${url}/_matrix/client/versions`, { agent }, (answer) => {
        answer.resume().once("end", () => resolve(performance.now() - begin));
      }).once("error", reject);
    });
  for (let i = 0; i < 20; i++) await ask();
  const stop = new AbortController();
  parentPort?.once("message", () => stop.abort());
  parentPort?.postMessage("ready");
  const waits: number[] = [];
  while (!stop.signal.aborted) {
    waits.push(await ask());
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  parentPort?.postMessage(waits);
}

if (parentPort && typeof workerData === "string") await probe(workerData);
