// State resolution here and by Ruma: the same rooms, in turn, by the CPU time of a process each. Needs Rust; the first build takes minutes.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { run } from "../conformance/outside/foreign-program.ts";
import { buildRustProgram } from "../conformance/outside/rust-program.ts";
import { type Benchmark, compare, type NamedSamples, type Result, type Target, toTiming } from "./benchmark.ts";
import { Resolver, type Work } from "./ruma/resolver.ts";

const FLAGS = ["--disable-warning=ExperimentalWarning", "--expose-gc", "-C", "@patrix/source"];
const WORKS: Readonly<Record<Work, string>> = { known: "auth chains and subgraph given", whole: "the whole job" };
const FIRST_CALLS = 10;
const WARM_NS = 3e9;
const SAMPLE_NS = 40e6;

/** What issues ask for, as Ruma's time by ours. */
const NOT_SLOWER: Target = { atLeast: 1 };
const AT_MOST_TWICE: Target = { atLeast: 0.5, note: "a process's first call takes at most twice as long" };

/** Two programs that resolve the same room. */
interface Pair {
  readonly ours: () => Promise<Resolver>;
  readonly ruma: () => Promise<Resolver>;
}

function pairFor(program: string, room: string): Pair {
  const ours = [...FLAGS, join(import.meta.dirname, "ruma/ours.ts"), room];
  return { ours: () => Resolver.start(process.execPath, ours), ruma: () => Resolver.start(program, [room]) };
}

/** Compares calls of two processes that have warmed up. */
async function measureWarm(title: string, pair: Pair, rounds: number, targets: Partial<Record<Work, Target>>): Promise<Result[]> {
  await using ours = await pair.ours();
  await using ruma = await pair.ruma();
  const states = [await ours.state("known"), await ours.state("whole"), await ruma.state("known"), await ruma.state("whole")];
  if (!states.every((state) => isDeepStrictEqual(state, states[0]))) throw new Error(`${title}: the resolved states differ`);
  const results: Result[] = [];
  for (const work of ["known", "whole"] as const) {
    const sides = [];
    for (const [name, resolver] of [
      ["patrix", ours],
      ["ruma", ruma],
    ] as const) {
      sides.push({ name, resolver, calls: await resolver.warmUp(work, WARM_NS, SAMPLE_NS), samplesNs: [] as number[] });
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const side of round % 2 === 0 ? sides : sides.toReversed()) {
        side.samplesNs.push((await side.resolver.time(work, side.calls)) / side.calls);
      }
    }
    results.push(resultOf(`${title}: ${WORKS[work]}`, sides, targets[work]));
  }
  return results;
}

/** Compares the first calls of processes that have read the room and done nothing else. */
async function measureFirst(title: string, pair: Pair): Promise<Result[]> {
  const results: Result[] = [];
  for (const work of ["known", "whole"] as const) {
    const [ours, ruma]: [number[], number[]] = [[], []];
    for (let call = 0; call < FIRST_CALLS; call += 1) {
      for (const [start, samplesNs] of [
        [pair.ours, ours],
        [pair.ruma, ruma],
      ] as const) {
        await using resolver = await start();
        samplesNs.push(await resolver.time(work, 1));
      }
    }
    const sides = [
      { name: "patrix", samplesNs: ours },
      { name: "ruma", samplesNs: ruma },
    ];
    results.push(resultOf(`${title}: ${WORKS[work]}, first call of a process`, sides, AT_MOST_TWICE));
  }
  return results;
}

function resultOf(title: string, sides: readonly NamedSamples[], target: Target | undefined): Result {
  const [ours, ruma] = sides;
  return { title, timings: sides.map(toTiming), comparisons: ours && ruma ? [compare(ours, ruma, target)] : [] };
}

/** State resolution beside `ruma-state-res`, on the rooms of the subject `state-res`. */
export const subject: Benchmark = {
  name: "ruma",
  run: async ({ isSmoke, rounds }) => {
    // Nothing can be said without the build, and that is too long to prove only that it runs.
    if (isSmoke) return [];
    const rust = await run("cargo", ["--version"]);
    if (rust.code !== 0) {
      process.stderr.write("ruma is left out: Rust is not here\n");
      return [];
    }
    const program = await buildRustProgram(join(import.meta.dirname, "ruma"), "ruma-resolver", "release");
    const folder = await mkdtemp(join(tmpdir(), "patrix-ruma-"));
    const results: Result[] = [];
    try {
      for (const [size, letter] of [
        ["small", "a"],
        ["members", "b"],
        ["deep", "c"],
      ] as const) {
        for (const version of ["11", "12"]) {
          const room = join(folder, `${size}-${version}.json`);
          const write = ["--size", size, "--version", version, "--seed", "1", "--write", room];
          execFileSync(process.execPath, [...FLAGS, join(import.meta.dirname, "state-res.ts"), ...write]);
          const title = `v${version}: (${letter}) ${size}`;
          const pair = pairFor(program, room);
          results.push(...(await measureWarm(title, pair, rounds, size === "deep" ? { known: NOT_SLOWER } : {})));
          if (size === "members") results.push(...(await measureFirst(title, pair)));
        }
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return results;
  },
};
