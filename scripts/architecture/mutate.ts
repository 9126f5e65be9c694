// pnpm mutate AREA [--per-file N] [--seed N] [--only PATH-PART] [--resume FILE] [--json]
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workspaceRoot } from "./docs-coverage.ts";
import { mutantsOf, mutatedCode, sampleMutants } from "./mutants.ts";
import { MUTATION_AREAS, stagesOf } from "./mutation-areas.ts";
import { type MutationOutcome, runMutant } from "./mutation-run.ts";

const USAGE = `Usage: pnpm mutate AREA ... [--per-file N] [--seed N] [--only PATH-PART] [--resume FILE] [--json]

Changes a source in one place, runs the test beside it, then those of its folder, then those of its area, and tells which changes no test noticed.
Areas: ${Object.keys(MUTATION_AREAS).join(", ")}

  --per-file N      mutants of each file, chosen by the seed; default 3
  --seed N          default 1
  --only PATH-PART  only the files whose path contains this
  --resume FILE     writes each result to FILE as it comes; mutants that FILE says were noticed are not run again, survivors are
  --json            one JSON document on stdout
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "per-file": { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    only: { type: "string", default: "" },
    resume: { type: "string" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(MUTATION_AREAS, name));
if (values.help || positionals.length === 0 || unknown.length > 0) {
  (values.help ? process.stdout : process.stderr).write(USAGE);
  process.exit(values.help ? 0 : 2);
}

const keyOf = (outcome: Pick<MutationOutcome, "path" | "line" | "what" | "code">): string =>
  JSON.stringify([outcome.path, outcome.line, outcome.what, outcome.code]);

function readEarlier(file: string | undefined): ReadonlyMap<string, MutationOutcome> {
  if (file === undefined || !existsSync(file)) return new Map();
  const lines = readFileSync(file, "utf8").split("\n").filter(Boolean);
  // A boundary: the file was written by this program.
  return new Map(lines.map((line) => JSON.parse(line) as MutationOutcome).map((outcome) => [keyOf(outcome), outcome]));
}

function describe({ noticed, path, line, code, what, stage, by }: MutationOutcome): string {
  return `${noticed ? "noticed " : "survived"} ${path}:${line} ${code} ${what}${noticed ? ` (${stage}: ${by})` : ""}\n`;
}

const earlier = readEarlier(values.resume);
const outcomes: MutationOutcome[] = [];
for (const name of positionals) {
  const area = MUTATION_AREAS[name];
  if (!area) continue;
  // Folders called `testing` are what tests use.
  const sources = globSync(area.sources, { cwd: workspaceRoot }).filter((file) => !/\.test(-d)?\.ts$|\/index\.ts$|\/testing\//.test(file));
  for (const path of sources.toSorted().filter((file) => file.includes(values.only))) {
    const text = readFileSync(join(workspaceRoot, path), "utf8");
    const stages = stagesOf(area, path);
    for (const mutant of sampleMutants(mutantsOf(path, text, area.kind), Number(values["per-file"]), Number(values.seed))) {
      const known = earlier.get(keyOf({ path, ...mutant, code: mutatedCode(text, mutant) }));
      const outcome = known?.noticed ? known : await runMutant({ area: name, path }, mutant, stages);
      outcomes.push(outcome);
      if (outcome === known) continue;
      if (values.resume !== undefined) appendFileSync(values.resume, `${JSON.stringify(outcome)}\n`);
      if (!values.json) process.stdout.write(describe(outcome));
    }
  }
}
const noticed = outcomes.filter((outcome) => outcome.noticed).length;
if (values.json) process.stdout.write(`${JSON.stringify({ noticed, all: outcomes.length, outcomes })}\n`);
else process.stdout.write(`${noticed} of ${outcomes.length} mutants were noticed\n`);
