// pnpm bench [subject ...] [options]
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import type { Benchmark, BenchmarkContext, Comparison, Measurement, Result } from "./benchmark.ts";

const NOT_SUBJECTS = new Set(["main.ts", "benchmark.ts", "cost.ts"]);
const FULL = { isSmoke: false, rounds: 15, sampleMs: 40 };
const SMOKE = { isSmoke: true, rounds: 2, sampleMs: 1 };
const common = { smoke: { type: "boolean" }, json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

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

/** The subjects that were named, or all; `undefined` for one that does not exist. */
async function load(names: readonly string[]): Promise<readonly Benchmark[] | undefined> {
  const known = readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts") && !NOT_SUBJECTS.has(name))
    .map((name) => name.replace(/\.ts$/, ""));
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) process.stderr.write(`no subject ${unknown.join(", ")}; there are ${known.join(", ")}\n`);
  if (unknown.length > 0) return undefined;
  const subjects: Benchmark[] = [];
  for (const name of names.length > 0 ? names : known) {
    const { subject } = (await import(`./${name}.ts`)) as { subject: Benchmark };
    subjects.push(subject);
  }
  return subjects;
}

function help(subjects: readonly Benchmark[]): string {
  const lines = [
    "Usage: pnpm bench [SUBJECT ...] [--smoke] [--json] [options of a subject]",
    "",
    "  --smoke             only proves that it runs",
    "  --json              one JSON document on stdout",
    "",
    `Subjects: ${subjects.map(({ name }) => name).join(", ")}`,
  ];
  for (const { name, options = {} } of subjects) {
    if (Object.keys(options).length > 0) lines.push("", `${name}:`);
    for (const [option, { value, summary }] of Object.entries(options)) lines.push(`  --${option} ${value ?? ""}`.padEnd(22) + summary);
  }
  return `${lines.join("\n")}\n`;
}

async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const firstOption = words.findIndex((word) => word.startsWith("-"));
  // Subjects come first: which options there are depends on them.
  const subjects = await load(firstOption < 0 ? words : words.slice(0, firstOption));
  if (!subjects) return 2;
  const options: ParseArgsConfig["options"] = { ...common };
  for (const subject of subjects) Object.assign(options, subject.options);
  const { values } = parseArgs({ allowPositionals: true, options });
  if (values["help"] === true) {
    process.stdout.write(help(subjects));
    return 0;
  }
  const context: BenchmarkContext = { ...(values["smoke"] === true ? SMOKE : FULL), options: values };
  const reports: object[] = [];
  for (const subject of subjects) {
    const results = await subject.run(context);
    const report = { subject: subject.name, machine: machine(), rounds: context.rounds, results };
    reports.push(report);
    if (values["json"] !== true) process.stdout.write(`# ${subject.name}\n${results.map(describeResult).join("\n")}\n\n`);
    // A subject that was left out keeps the results of before.
    if (values["smoke"] !== true && results.length > 0) {
      mkdirSync(join(import.meta.dirname, "results"), { recursive: true });
      const name = [subject.name, subject.variant?.(context) ?? []].flat().join("-");
      writeFileSync(join(import.meta.dirname, "results", `${name}.json`), `${JSON.stringify(report, undefined, 2)}\n`);
    }
  }
  if (values["json"] === true) process.stdout.write(`${JSON.stringify(reports, undefined, 2)}\n`);
  return 0;
}

process.exitCode = await main();
