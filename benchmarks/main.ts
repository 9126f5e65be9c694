// pnpm bench [subject ...] [--smoke] [--json]
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Benchmark, BenchmarkContext, Comparison, Measurement, Result } from "./benchmark.ts";

const NOT_SUBJECTS = new Set(["main.ts", "benchmark.ts"]);
const FULL: BenchmarkContext = { isSmoke: false, rounds: 15, sampleMs: 40 };
const SMOKE: BenchmarkContext = { isSmoke: true, rounds: 2, sampleMs: 1 };

/** What a result says about where it was measured. Nothing that names the machine. */
function machine(): Record<string, string | number> {
  const processors = cpus();
  return {
    cpu: processors[0]?.model.trim() ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    os: `${process.platform} ${release().split("-")[0]} ${process.arch}`,
    node: process.version,
  };
}

function describeComparison({ subject, other, ratio, range, isClear, target, meetsTarget }: Comparison): string {
  const [low, high] = range.map((value) => value.toFixed(2));
  const claim = !isClear ? "no claim: the times overlap" : ratio >= 1 ? `${subject} is faster` : `${subject} is slower`;
  const wanted = target === undefined ? "" : `; target ≥ ${target.atLeast.toFixed(2)} ${meetsTarget === true ? "met" : "missed"}`;
  return `  ${other} / ${subject} = ${ratio.toFixed(2)} (${low}–${high}), ${claim}${wanted}`;
}

function describeMeasurement({ name, value, unit, target }: Measurement): string {
  const bound = target?.atLeast ?? target?.atMost;
  const met = value >= (target?.atLeast ?? -Infinity) && value <= (target?.atMost ?? Infinity);
  const wanted = bound === undefined ? "" : `; target ${target?.atLeast === undefined ? "≤" : "≥"} ${bound} ${met ? "met" : "missed"}`;
  return `  ${name.padEnd(44)} ${value.toFixed(2)} ${unit}${wanted}`;
}

function describeResult({ title, timings, comparisons, measurements = [] }: Result): string {
  const times = timings.map(({ name, medianNs, minNs, maxNs }) => {
    const [middle, low, high] = [medianNs, minNs, maxNs].map((ns) => (ns / 1000).toFixed(2));
    return `  ${name.padEnd(28)} ${middle} µs (${low}–${high})`;
  });
  return [title, ...times, ...comparisons.map(describeComparison), ...measurements.map(describeMeasurement)].join("\n");
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { smoke: { type: "boolean", default: false }, json: { type: "boolean", default: false } },
  });
  const known = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !NOT_SUBJECTS.has(name))
    .map((name) => name.replace(/\.ts$/, ""));
  const unknown = positionals.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`no subject ${unknown.join(", ")}; there are ${known.join(", ")}\n`);
    return 2;
  }
  const context = values.smoke ? SMOKE : FULL;
  const reports: object[] = [];
  for (const name of positionals.length > 0 ? positionals : known) {
    const { subject } = (await import(`./${name}.ts`)) as { subject: Benchmark };
    const results = await subject.run(context);
    const report = { subject: subject.name, machine: machine(), rounds: context.rounds, results };
    reports.push(report);
    if (!values.json) process.stdout.write(`# ${subject.name}\n${results.map(describeResult).join("\n")}\n\n`);
    if (!values.smoke) {
      mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
      writeFileSync(join(import.meta.dirname, "results", `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
    }
  }
  if (values.json) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
  return 0;
}

process.exitCode = await main();
