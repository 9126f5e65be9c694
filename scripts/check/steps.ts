/** One step of `pnpm check`: a command that prints what is wrong and exits with something else than 0. */
export interface Step {
  name: string;
  /** What it proves, for `--help`. */
  proves: string;
  /** Commands, run one after the other from the root; the first is looked up in PATH. */
  commands: readonly (readonly string[])[];
  /** Folder to run in, if not the one of the run. */
  cwd?: string;
}

const KNIP = ["knip", "--config", "scripts/architecture/knip.json", "--no-progress", "--no-config-hints"];

/** Every step. Slow ones first, so that they overlap with the quick ones. */
export const STEPS: readonly Step[] = [
  {
    name: "types",
    proves: "packages, tests and tools type-check",
    commands: [
      ["tsc", "-b"],
      ["tsc", "-p", "tsconfig.test.json"],
    ],
  },
  { name: "snippets", proves: "every TypeScript snippet of READMEs and guides compiles", commands: [["node", "scripts/snippets.ts"]] },
  { name: "dead-code", proves: "no unused file, export or dependency", commands: [KNIP] },
  { name: "lint", proves: "oxlint with types, and the size budgets", commands: [["oxlint", "--type-aware"]] },
  {
    name: "sources",
    proves: "docstrings, pure marks, no casts, class sizes, tests beside the files of programs",
    commands: [["node", "scripts/architecture/sources.ts"]],
  },
  {
    name: "surface",
    proves: "indexes, endpoint tables and operation IDs follow from what files export; files are named as their exports",
    commands: [["node", "scripts/architecture/surface.ts"]],
  },
  {
    name: "library",
    proves: "programs repeat no name of the library; what none of them uses has a line that says for whom it is",
    commands: [["node", "scripts/architecture/library.ts"]],
  },
  { name: "layers", proves: "imports go down the layers, without cycles", commands: [["node", "scripts/architecture/layers.ts"]] },
  { name: "format", proves: "oxfmt would change nothing", commands: [["oxfmt", "--check"]] },
  {
    name: "spec-support",
    proves: "SPEC-SUPPORT.md says what is declared and served",
    commands: [["node", "-C", "@patrix/source", "scripts/spec-support.ts", "--check"]],
  },
  { name: "repository", proves: "names, manifests, spec links, paths", commands: [["node", "scripts/check/repository-rules.ts"]] },
];
