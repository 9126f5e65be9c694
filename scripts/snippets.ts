// Type-checks every TypeScript snippet of the READMEs, the guides and the design notes, each as a module of its own: pnpm check --only snippets
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, report } from "./architecture/finding.ts";
import { checkSnippets, readSnippets } from "./snippets/check-snippets.ts";
import { ROOT } from "./workspace.ts";

/** The documents whose snippets are checked. */
const DOCUMENTS = ["*.md", "packages/*/README.md", "examples/*/README.md", "docs/*.md", "docs/{guides,design}/*.md"];

const snippets = globSync(DOCUMENTS, { cwd: ROOT })
  .toSorted()
  .flatMap((path) => readSnippets(path, readFileSync(join(ROOT, path), "utf8")));
const findings: Finding[] = checkSnippets(ROOT, snippets);
report(findings, `${snippets.length} snippets`);
