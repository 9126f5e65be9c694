// Files that hold logic have their tests beside them.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Finding } from "./finding.ts";
import type { TestedElsewhere } from "./tests-beside/register.ts";

const SOURCES = "packages/{homeserver,client,bot,cli,server,federation}/src/**/*.ts";
/** Up to so many lines a file is a step of another one, whose test says what it does. */
export const SHORT_LINES = 40;

const BRANCHES: ReadonlySet<ts.SyntaxKind> = new Set([
  ts.SyntaxKind.IfStatement,
  ts.SyntaxKind.ConditionalExpression,
  ts.SyntaxKind.SwitchStatement,
  ts.SyntaxKind.CatchClause,
  ts.SyntaxKind.AmpersandAmpersandToken,
  ts.SyntaxKind.BarBarToken,
]);

/** Whether a source is long enough to be told by itself, and does one thing or another: it has a branch or a loop. */
function hasLogic(path: string, text: string): boolean {
  if (text.trimEnd().split("\n").length <= SHORT_LINES) return false;
  const branches = (node: ts.Node): boolean =>
    BRANCHES.has(node.kind) ||
    ts.isIterationStatement(node, false) ||
    (ts.forEachChild(node, (child) => branches(child) || undefined) ?? false);
  return branches(ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true));
}

/** Checks that the programs' files have a test beside them, or a line in a register that says where their tests are. */
export function checkTestsBeside(root: string, register: readonly TestedElsewhere[]): Finding[] {
  const where = "scripts/architecture/tests-beside/register.ts";
  const untested = globSync(SOURCES, { cwd: root }).filter(
    (path) =>
      !/\.test(-d)?\.ts$|\/index\.ts$/.test(path) &&
      !existsSync(join(root, path.replace(/\.ts$/, ".test.ts"))) &&
      hasLogic(path, readFileSync(join(root, path), "utf8")),
  );
  const isIn = (path: string, { folder, files }: TestedElsewhere): boolean =>
    path.startsWith(`packages/${folder}/src/`) && files.test(path.slice(`packages/${folder}/src/`.length));
  return [
    ...untested
      .filter((path) => !register.some((group) => isIn(path, group)))
      .map((path) => ({
        rule: "test-beside",
        where: path,
        message: `put its tests into ${path.replace(/\.ts$/, ".test.ts")}, or say in ${where} where they are`,
      })),
    ...register
      .filter((group) => !untested.some((path) => isIn(path, group)))
      .map(({ folder, files }) => ({ rule: "register-needed", where, message: `no file of ${folder} needs ${files.source}` })),
  ];
}
