// Every export of every package entry point has a docstring.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";
import type { Finding } from "./finding.ts";

type Exports = Record<string, string | { "@patrix/source"?: string }>;

/** Source files of the entry points that the packages below `root` name in their `exports`. */
export function entryPoints(root: string): string[] {
  const packages = join(root, "packages");
  return readdirSync(packages).flatMap((name) => {
    const manifest = join(packages, name, "package.json");
    if (!existsSync(manifest)) return [];
    const { exports = {} } = JSON.parse(readFileSync(manifest, "utf8")) as { exports?: Exports };
    return Object.values(exports).flatMap((target) => {
      const source = typeof target === "object" ? target["@patrix/source"] : undefined;
      return source === undefined ? [] : [join(packages, name, source)];
    });
  });
}

function hasDocs(symbol: ts.Symbol, checker: ts.TypeChecker): boolean {
  return ts.displayPartsToString(symbol.getDocumentationComment(checker)).trim() !== "" || symbol.getJsDocTags(checker).length > 0;
}

/** Finds exports without a docstring. A re-export is charged to the declaration it names, once. */
export function findUndocumented(root: string, entries: readonly string[]): { findings: Finding[]; exports: number } {
  const program = ts.createProgram([...entries], {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    customConditions: ["@patrix/source"],
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
  });
  const checker = program.getTypeChecker();
  const seen = new Set<ts.Symbol>();
  const findings: Finding[] = [];
  for (const entry of entries) {
    const file = program.getSourceFile(entry);
    const module = file === undefined ? undefined : checker.getSymbolAtLocation(file);
    if (file === undefined || !/@packageDocumentation/.test(file.text)) {
      findings.push({
        rule: "entry-documented",
        where: relative(root, entry),
        message: "open the entry point with a @packageDocumentation comment",
      });
    }
    for (const exported of module === undefined ? [] : checker.getExportsOfModule(module)) {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      const declaration = symbol.declarations?.[0];
      const isOwn = declaration !== undefined && declaration.getSourceFile().fileName.startsWith(join(root, "packages"));
      if (seen.has(symbol) || !isOwn || ts.isSourceFile(declaration)) continue;
      seen.add(symbol);
      if (hasDocs(symbol, checker)) continue;
      const source = declaration.getSourceFile();
      const line = source.getLineAndCharacterOfPosition(declaration.getStart(source)).line + 1;
      findings.push({
        rule: "export-documented",
        where: `${relative(root, source.fileName)}:${line}`,
        message: `${exported.name} has no docstring`,
      });
    }
  }
  return { findings, exports: seen.size };
}

/** Root of the workspace that holds this script. */
export const workspaceRoot: string = dirname(dirname(import.meta.dirname));
