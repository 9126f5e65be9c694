// The contract of a benchmark: variants are timed in turn within one process, and only ratios of medians are claimed.

/** How much to run. */
export interface BenchmarkContext {
  /** Only prove that it runs: tiny sizes, few rounds. */
  isSmoke: boolean;
  /** Number of interleaved rounds. */
  rounds: number;
  /** Shortest time of one sample. */
  sampleMs: number;
  /** The options of the subject that were given. */
  options: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** An option that one subject takes. */
export interface BenchmarkOption {
  type: "string" | "boolean";
  multiple?: boolean;
  /** What stands for the value in the help. */
  value?: string;
  summary: string;
}

/** A thing to be timed. It returns something that depends on its work, so that the work cannot be dropped. */
export interface Variant {
  name: string;
  run(): unknown;
}

/** What is wanted of a ratio. `atLeast` and `atMost` bound `other / subject` in time: 2 means that the subject is twice as fast. */
export interface Target {
  atLeast: number;
  note?: string;
}

/** Times of one variant, per call. */
export interface Timing {
  name: string;
  medianNs: number;
  minNs: number;
  maxNs: number;
}

/** A comparison of two variants. */
export interface Comparison {
  subject: string;
  other: string;
  /** Median time of the other by median time of the subject: above 1, the subject is faster. */
  ratio: number;
  /** Lowest and highest ratio of any one round. */
  range: [lowest: number, highest: number];
  /** Whether the ranges of the two times are apart. Where they are not, "faster" or "slower" is not claimed. */
  isClear: boolean;
  target?: Target;
  /** Whether the ratio of the medians meets the target. */
  meetsTarget?: boolean;
}

/** A number that is no time of a call: memory, a rate, a latency under load. */
export interface Measurement {
  name: string;
  value: number;
  unit: string;
  target?: { atLeast?: number; atMost?: number };
}

/** Result of one measurement. */
export interface Result {
  title: string;
  timings: Timing[];
  comparisons: Comparison[];
  measurements?: Measurement[];
}

/** A file of this folder exports one of these as `subject`. */
export interface Benchmark {
  name: string;
  options?: Readonly<Record<string, BenchmarkOption>>;
  /** What is added to the name of the file of results, for runs that measure something else. */
  variant?(context: BenchmarkContext): string | undefined;
  run(context: BenchmarkContext): Promise<Result[]>;
}

/** Middle of the sorted values, or the mean of the two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Compares samples that were taken in the same rounds. */
export function compare(subject: NamedSamples, other: NamedSamples, target?: Target): Comparison {
  const ratios = other.samplesNs.map((ns, round) => ns / (subject.samplesNs[round] ?? Number.NaN));
  const ratio = median(other.samplesNs) / median(subject.samplesNs);
  const [fast, slow] = ratio >= 1 ? [subject.samplesNs, other.samplesNs] : [other.samplesNs, subject.samplesNs];
  return {
    subject: subject.name,
    other: other.name,
    ratio,
    range: [Math.min(...ratios), Math.max(...ratios)],
    isClear: Math.max(...fast) < Math.min(...slow),
    ...(target === undefined ? {} : { target, meetsTarget: ratio >= target.atLeast }),
  };
}

/** Times per call of one variant, a sample a round. */
export interface NamedSamples {
  name: string;
  samplesNs: number[];
}

// Results end here, so that no engine may drop the work behind them.
let sink: unknown;

function timeCalls(variant: Variant, calls: number): number {
  const begin = process.hrtime.bigint();
  for (let call = 0; call < calls; call++) sink = variant.run();
  return Number(process.hrtime.bigint() - begin);
}

/** How many calls fill one sample. Doubles, which also warms the variant up. */
function callsPerSample(variant: Variant, sampleMs: number): number {
  let calls = 1;
  while (timeCalls(variant, calls) < sampleMs * 1e6) calls *= 2;
  return calls;
}

/** Times the variants in turn, round by round, each round starting with another one. */
export function sampleInterleaved(variants: readonly Variant[], context: BenchmarkContext): NamedSamples[] {
  const plans = variants.map((variant) => ({ variant, calls: callsPerSample(variant, context.sampleMs), samplesNs: [] as number[] }));
  for (let round = 0; round < context.rounds; round++) {
    const first = round % plans.length;
    for (const plan of [...plans.slice(first), ...plans.slice(0, first)]) {
      plan.samplesNs.push(timeCalls(plan.variant, plan.calls) / plan.calls);
    }
  }
  return plans.map(({ variant, samplesNs }) => ({ name: variant.name, samplesNs }));
}

/** Times of a variant from its samples. */
export function toTiming({ name, samplesNs }: NamedSamples): Timing {
  return { name, medianNs: median(samplesNs), minNs: Math.min(...samplesNs), maxNs: Math.max(...samplesNs) };
}

/** Measures the variants and compares the first with each of the others; `targets` are by name of the other. */
export function measure(title: string, variants: readonly Variant[], targets: Record<string, Target>, context: BenchmarkContext): Result {
  const samples = sampleInterleaved(variants, context);
  const [subject, ...others] = samples;
  if (subject === undefined) throw new RangeError(`${title}: no variant to measure`);
  return {
    title,
    timings: samples.map(toTiming),
    comparisons: others.map((other) => compare(subject, other, targets[other.name])),
  };
}

/** The last result of anything timed, so that it stays reachable. */
export function lastResult(): unknown {
  return sink;
}
