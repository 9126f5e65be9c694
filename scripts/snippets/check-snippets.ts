import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Finding } from "../architecture/finding.ts";

/** A block of TypeScript in a document. */
export interface Snippet {
  /** Of the document, relative to the root. */
  readonly path: string;
  /** The line before its first one, counted from 1. */
  readonly line: number;
  readonly code: string;
}

/** Reads the blocks of a document that are marked as TypeScript. */
export function readSnippets(path: string, text: string): Snippet[] {
  return [...text.matchAll(/^```(?:ts|typescript)\n([^]*?)^```/gm)].map(({ 1: code = "", index }) => ({
    path,
    line: text.slice(0, index).split("\n").length,
    code,
  }));
}

const FOLDER = ".patrix";

/** Type-checks snippets as a user's modules, who has every package. */
export function checkSnippets(root: string, snippets: readonly Snippet[]): Finding[] {
  mkdirSync(join(root, FOLDER), { recursive: true });
  const folder = mkdtempSync(join(root, FOLDER, "snippets-"));
  try {
    const files = new Map(snippets.map((snippet, index) => [`${index}.ts`, snippet]));
    // Empty lines before the code: the compiler then names the lines of the document. `export {}` makes it a module of its own.
    for (const [name, { code, line }] of files) writeFileSync(join(folder, name), `${"\n".repeat(line)}${code}\nexport {};\n`);
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config(root, folder)));
    const { status, stdout } = spawnSync("tsc", ["-p", "tsconfig.json", "--pretty", "false"], { cwd: folder, encoding: "utf8" });
    const findings = [...stdout.matchAll(/^([^\s(]+)\((\d+),\d+\): error (TS\d+: .*)$/gm)].map(
      ([, name = "", line = "", message = ""]) => ({
        rule: "snippet-compiles",
        where: `${files.get(name)?.path ?? name}:${line}`,
        message,
      }),
    );
    if (status !== 0 && findings.length === 0) throw new Error(`the compiler failed: ${stdout}`);
    return findings;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The compiler options of the workspace, without those that only suit libraries. */
function config(root: string, folder: string): object {
  return {
    extends: join(relative(folder, root), "tsconfig.base.json"),
    compilerOptions: {
      isolatedDeclarations: false,
      composite: false,
      declaration: false,
      declarationMap: false,
      emitDeclarationOnly: false,
      incremental: false,
      noEmit: true,
      rootDir: relative(folder, root),
      types: ["node"],
    },
    include: ["*.ts"],
    exclude: [],
  };
}
