// pnpm mutate AREA [--per-file N] [--seed N] [--json]
import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { workspaceRoot } from "./docs-coverage.ts";
import { applyMutant, type Mutant, mutantsOf } from "./mutants.ts";

/** What is mutated, and the tests that should notice. */
interface Area {
  readonly sources: string;
  readonly tests: readonly string[];
  /** Default: `code`. */
  readonly kind?: "code" | "table";
}

const server = (folder: string, tests: readonly string[]): Area => ({
  sources: `packages/homeserver/src/${folder}/**/*.ts`,
  tests: [`packages/homeserver/src/${folder}`, ...tests.map((name) => `packages/homeserver/tests/${name}.test.ts`)],
});

const RULE_TESTS = ["--project", "conformance", "room-versions", "state-res", "push-rules", "signatures"];

const AREAS: Readonly<Record<string, Area>> = {
  rooms: server("rooms", ["places", "faults", "rooms", "room-rules", "forks", "history", "log", "directory"]),
  sync: server("sync", ["places", "faults", "rooms", "room-rules", "forks", "e2ee", "stored-text"]),
  log: server("log", ["log", "rooms", "store-failure"]),
  accounts: server("accounts", ["accounts", "revocation", "faults", "bad-input", "stored-text"]),
  e2ee: server("e2ee", ["e2ee", "faults", "stored-text"]),
  http: server("http", ["http", "bad-input", "accounts", "faults", "media", "deployed-clients"]),
  base: { sources: "packages/client/src/base/**/*.ts", tests: ["packages/client/src/base", "packages/client/tests"] },
  outbox: {
    sources: "packages/client/src/outbox/**/*.ts",
    tests: ["packages/client/src/outbox", ...["faults", "rate-limits", "stopping"].map((name) => `packages/client/tests/${name}.test.ts`)],
  },
  bot: { sources: "packages/bot/src/**/*.ts", tests: ["packages/bot"] },
  // What room versions, authorization, redaction and push rules say, noticed by `pnpm conformance` alone.
  rules: {
    sources:
      "packages/{state-res/src/authorization/rules/*,room-versions/src/redaction/redact-content,room-versions/src/redaction/redacts-of,room-versions/src/power-levels/read-level}.ts",
    tests: RULE_TESTS,
  },
  "rule-tables": {
    sources:
      "packages/{room-versions/src/versions/*,room-versions/src/power-levels/default-power-levels,push-rules/src/predefined-rules}.ts",
    tests: RULE_TESTS,
    kind: "table",
  },
  federation: { sources: "packages/federation/src/**/*.ts", tests: ["packages/federation"] },
};

const USAGE = `Usage: pnpm mutate AREA ... [--per-file N] [--seed N] [--json]

Changes a source in one place, runs the tests of its area, and tells which changes no test noticed.
Areas: ${Object.keys(AREAS).join(", ")}

  --per-file N  mutants of each file, chosen by the seed; default 3
  --seed N      default 1
  --json        one JSON document on stdout
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    "per-file": { type: "string", default: "3" },
    seed: { type: "string", default: "1" },
    json: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(AREAS, name));
if (values.help || positionals.length === 0 || unknown.length > 0) {
  (values.help ? process.stdout : process.stderr).write(USAGE);
  process.exit(values.help ? 0 : 2);
}

interface Outcome {
  readonly area: string;
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly code: string;
  readonly outcome: "killed" | "survived";
}

function sample(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
  let state = seed;
  const keyed = mutants.map((mutant) => {
    state = (Math.imul(state ^ (mutant.start + 1), 0x9e3779b1) + 0x7f4a7c15) >>> 0;
    return { mutant, key: state };
  });
  return keyed
    .toSorted((a, b) => a.key - b.key)
    .slice(0, count)
    .map(({ mutant }) => mutant);
}

/** Runs the tests of an area until the first that fails. */
function passes(tests: readonly string[]): boolean {
  const { status } = spawnSync(join(workspaceRoot, "node_modules/.bin/vitest"), ["run", "--bail", "1", ...tests], {
    cwd: workspaceRoot,
    stdio: "ignore",
    timeout: 120_000,
  });
  return status === 0;
}

const outcomes: Outcome[] = [];
for (const name of positionals) {
  const area = AREAS[name];
  if (!area) continue;
  if (!passes(area.tests)) {
    process.stderr.write(`${name}: the tests fail without any change; mend them first\n`);
    process.exit(1);
  }
  for (const path of globSync(area.sources, { cwd: workspaceRoot }).filter((file) => !/\.test(-d)?\.ts$|\/index\.ts$/.test(file))) {
    const full = join(workspaceRoot, path);
    const text = readFileSync(full, "utf8");
    for (const mutant of sample(mutantsOf(path, text, area.kind), Number(values["per-file"]), Number(values.seed))) {
      writeFileSync(full, applyMutant(text, mutant));
      try {
        const outcome = passes(area.tests) ? "survived" : "killed";
        const code = text.slice(mutant.start, mutant.end).replaceAll(/\s+/g, " ").slice(0, 80);
        outcomes.push({ area: name, path, line: mutant.line, what: mutant.what, code, outcome });
        if (!values.json) process.stdout.write(`${outcome.padEnd(8)} ${path}:${mutant.line} ${code} ${mutant.what}\n`);
      } finally {
        writeFileSync(full, text);
      }
    }
  }
}
const killed = outcomes.filter(({ outcome }) => outcome === "killed").length;
if (values.json) process.stdout.write(`${JSON.stringify({ killed, all: outcomes.length, outcomes })}\n`);
else process.stdout.write(`${killed} of ${outcomes.length} mutants were noticed\n`);
