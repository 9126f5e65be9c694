// What some work costs the thread that does it.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What some work took: of time, of the processor (all threads), and how long nothing else had a turn. */
export interface Cost {
  readonly ms: number;
  readonly cpuMs: number;
  readonly pauseMs: number;
  /** The most that this thread has computed without giving others a turn: what of the longest pause is not that of other programs. */
  readonly busyMs: number;
}

const RESOLUTION_MS = 2;

/** Measures some work, on a heap without garbage; looking for pauses takes some of the processor itself. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  let [lastUs, busyUs] = [0, 0];
  let sampling: NodeJS.Timeout | undefined;
  const cost = await cpuCostOf(async () => {
    delay.enable();
    lastUs = threadUs();
    sampling = setInterval(() => {
      const nowUs = threadUs();
      busyUs = Math.max(busyUs, nowUs - lastUs);
      lastUs = nowUs;
    }, RESOLUTION_MS);
    await work();
  });
  await sleep(5 * RESOLUTION_MS);
  clearInterval(sampling);
  delay.disable();
  return { ...cost, pauseMs: Math.max(0, delay.max / 1e6 - RESOLUTION_MS), busyMs: busyUs / 1_000 };
}

/** As {@link costOf}, without looking for pauses. */
export async function cpuCostOf(work: () => Promise<unknown>): Promise<Pick<Cost, "ms" | "cpuMs">> {
  collectGarbage();
  await sleep(100);
  const [begin, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  const ms = performance.now() - begin;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuMs: (user + system) / 1_000 };
}

/** What this thread has used of the processor, in microseconds. */
function threadUs(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

let collect: (() => void) | undefined;

/** Collects all garbage of this process. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  collect ??= runInNewContext("gc") as () => void;
  collect();
}
