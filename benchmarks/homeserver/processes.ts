// What processes cost, from /proc.
import { readFileSync } from "node:fs";

/** Clock ticks a second, as Linux reports times to programs. */
const TICKS_PER_SECOND = 100;

/** A process and all that it started. */
export class ProcessTree {
  readonly #roots: readonly number[];

  /** @param roots - The first process of each tree: of the server, and of its database where that is a server of its own. */
  constructor(roots: readonly number[]) {
    this.#roots = roots;
  }

  /** CPU seconds of all threads of all processes. */
  cpuSeconds(): number {
    return sum(this.#pids(), (pid) => cpuOf(`/proc/${pid}/stat`));
  }

  /** CPU seconds of the first thread of the first process. */
  mainCpuSeconds(): number {
    const [pid = 0] = this.#roots;
    return cpuOf(`/proc/${pid}/task/${pid}/stat`);
  }

  /** Resident memory in MiB. */
  rssMiB(): number {
    return sum(this.#pids(), (pid) => Number(/VmRSS:\s+(\d+)/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024);
  }

  #pids(): number[] {
    const pids = [...this.#roots];
    for (const pid of pids) pids.push(...childrenOf(pid).filter((child) => !pids.includes(child)));
    return pids;
  }
}

function childrenOf(pid: number): number[] {
  const text = read(`/proc/${pid}/task/${pid}/children`).trim();
  return text === "" ? [] : text.split(" ").map(Number);
}

function cpuOf(statPath: string): number {
  const fields = read(statPath).split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) / TICKS_PER_SECOND;
}

/** A file of /proc; empty once the process is gone. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
