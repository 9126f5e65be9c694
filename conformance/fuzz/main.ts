// pnpm fuzz [--minutes N] [--seed N] [--smoke] [--json]
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Finding, FuzzReport } from "./finding.ts";
import { fuzzParsers, replayParser } from "./parsers.ts";
import { Random } from "./random.ts";
import { fuzzRoutes } from "./routes.ts";

const USAGE = `Usage: pnpm fuzz [--minutes N] [--seed N] [--smoke] [--json]

Feeds every served route and every parser with good, wrong and hostile inputs. Half of the time goes to each.
What once failed stands in conformance/fuzz/corpus and is fed first.

  --minutes N  how long; default 1
  --seed N     repeats a run; default: the time
  --smoke      five seconds, for CI
  --json       one JSON document on stdout
`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    seed: { type: "string" },
    smoke: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
if (values.help) {
  process.stdout.write(USAGE);
  process.exit(0);
}
const minutes = Number(values.minutes);
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed);
if (!Number.isFinite(minutes) || minutes <= 0 || !Number.isSafeInteger(seed)) {
  process.stderr.write(`--minutes and --seed: expected numbers\n\n${USAGE}`);
  process.exit(2);
}

const corpusFolder = join(import.meta.dirname, "corpus");

function replayCorpus(): Finding[] {
  return readdirSync(corpusFolder)
    .filter((name) => name.endsWith(".json"))
    .flatMap((name) => {
      const { target, input } = JSON.parse(readFileSync(join(corpusFolder, name), "utf8")) as { target: string; input: unknown };
      return replayParser(target, input) ?? [];
    });
}

/** Ends after a time, and says now and then how far it is. */
function timer(seconds: number, title: string): () => boolean {
  const end = performance.now() + seconds * 1_000;
  let next = performance.now() + 10_000;
  return () => {
    const now = performance.now();
    if (now > next && !values.json) {
      process.stderr.write(`${title}: ${Math.ceil((end - now) / 1_000)} s to go\n`);
      next = now + 10_000;
    }
    return now >= end;
  };
}

function tell(title: string, { inputs, findings, outcomes, neverMet }: FuzzReport): void {
  process.stdout.write(`${title}: ${inputs} inputs, ${findings.length} findings, ${outcomes.size} kinds of outcome\n`);
  if (neverMet.length > 0 && !values.smoke) process.stdout.write(`  never answered with success: ${neverMet.join(", ")}\n`);
}

const half = values.smoke ? 2.5 : minutes * 30;
process.stderr.write(`seed ${seed}\n`);
const replayed = replayCorpus();
const parsers = fuzzParsers(new Random(seed), timer(half, "parsers"));
const routes = await fuzzRoutes(new Random(seed), timer(half, "routes"));
const findings = [...replayed, ...parsers.findings, ...routes.findings];
if (values.json)
  process.stdout.write(`${JSON.stringify({ seed, corpus: replayed.length, parsers: parsers.inputs, routes: routes.inputs, findings })}\n`);
else {
  tell("parsers", parsers);
  tell("routes", routes);
}
for (const [i, finding] of findings.slice(0, 20).entries()) {
  const path = join(corpusFolder, `${seed}-${i}.json`);
  writeFileSync(path, `${JSON.stringify(finding, undefined, 2)}\n`);
  process.stderr.write(`${finding.target}: ${finding.what.slice(0, 500)}\n  kept in ${path}\n`);
}
process.exit(findings.length > 0 ? 1 : 0);
