// What functions cost, from the CPU profile that Node writes of a process.

/** A profile, as Node writes it with `--cpu-prof`. */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string };
    readonly children?: readonly number[];
  }[];
  /** When it began, on the monotonic clock, in microseconds. */
  readonly startTime: number;
  /** The node in which the process was at each sample. */
  readonly samples: readonly number[];
  /** How long before each sample the one before it was, in microseconds. */
  readonly timeDeltas: readonly number[];
}

/** A span of time on the monotonic clock, in microseconds. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Now on the monotonic clock, which all processes of a machine share, in microseconds. */
export function monotonicNow(): number {
  return Number(process.hrtime.bigint() / 1_000n);
}

/**
 * Which share of the samples in which the thread did something was in functions, or in what they called: of the time that the thread was given, whoever else
 * was given some. What was collected counts for everybody by their share. What comes back to somebody else after a wait for the disk or the network is not theirs.
 *
 * @param isOne Whether a function is one of them, by the URL of its file.
 * @param span What else there is in the profile does not count.
 */
export function shareOf({ nodes, startTime, samples, timeDeltas }: CpuProfile, isOne: (url: string) => boolean, span: Span): number {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const within = new Set<number>();
  const add = (id: number): void => {
    if (within.has(id)) return;
    within.add(id);
    for (const child of byId.get(id)?.children ?? []) add(child);
  };
  for (const { id, callFrame } of nodes) if (isOne(callFrame.url)) add(id);
  const counts = { own: 0, others: 0 };
  let at = startTime;
  for (const [index, id] of samples.entries()) {
    at += timeDeltas[index] ?? 0;
    if (at < span.from || at > span.to || aside.has(byId.get(id)?.callFrame.functionName ?? "")) continue;
    counts[within.has(id) ? "own" : "others"]++;
  }
  return counts.own / (counts.own + counts.others || 1);
}

/** What is no work of anybody, or of everybody. */
const aside: ReadonlySet<string> = new Set(["(idle)", "(root)", "(garbage collector)"]);
