// The homeserver and the federation go by a clock that they are given, so that tests let time pass.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Finding } from "./finding.ts";
import type { MachineTime } from "./machine-time/register.ts";

const SOURCES = "packages/{homeserver,federation}/src/**/*.ts";
const REGISTER = "scripts/architecture/machine-time/register.ts";
/** Members of the platform that tell the time or wait. */
const MEMBERS: ReadonlySet<string> = new Set(["Date.now", "performance.now", "AbortSignal.timeout"]);
const TIMERS: ReadonlySet<string> = new Set(["setTimeout", "setInterval"]);
/** Where those come from besides. */
const TIMER_MODULES: ReadonlySet<string> = new Set(["node:timers", "node:timers/promises", "timers", "timers/promises"]);
/** Clocks of the machine that the library has. */
const CLOCKS: ReadonlySet<string> = new Set(["systemClock", "timerClock", "nodeClock"]);

function namesIn(node: ts.ImportDeclaration): string[] {
  const bindings = node.importClause?.namedBindings;
  if (!bindings || node.importClause?.isTypeOnly) return [];
  if (ts.isNamespaceImport(bindings)) return ["*"];
  return bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text);
}

function importedTime(node: ts.ImportDeclaration): string | undefined {
  const source = ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : "";
  const isTimer = (name: string): boolean => name === "*" || TIMERS.has(name) || name === "scheduler";
  return namesIn(node).find((name) => (TIMER_MODULES.has(source) ? isTimer(name) : CLOCKS.has(name)));
}

/** What of the machine's time an expression takes. */
function machineTime(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node)) return importedTime(node);
  if (ts.isPropertyAccessExpression(node)) {
    const text = `${node.expression.getText().replace(/^globalThis\./, "")}.${node.name.text}`;
    if (MEMBERS.has(text)) return text;
    return node.expression.getText() === "globalThis" && TIMERS.has(node.name.text) ? node.name.text : undefined;
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) {
    const { text } = node.expression;
    return TIMERS.has(text) || (text === "programClock" && node.arguments.length === 0) ? text : undefined;
  }
  const isNow = ts.isNewExpression(node) && node.expression.getText() === "Date" && (node.arguments?.length ?? 0) === 0;
  return isNow ? "new Date()" : undefined;
}

/** Finds where one source takes the machine's time. */
export function findMachineTime(path: string, text: string): Finding[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const findings: Finding[] = [];
  const visit = (node: ts.Node): void => {
    const found = machineTime(node);
    if (found !== undefined)
      findings.push({
        rule: "machine-time",
        where: `${path}:${file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1}`,
        message: `${found}: go by the clock that the server is given, or say in ${REGISTER} why not`,
      });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}

/** Checks that what goes by the machine's time has a line in a register that says why. Tests and what they are made of may. */
export function checkMachineTime(root: string, register: readonly MachineTime[]): Finding[] {
  const paths = globSync(SOURCES, { cwd: root }).filter((path) => !/\.test(-d)?\.ts$|\/src\/testing\//.test(path));
  const found = paths.map((path) => ({ path, findings: findMachineTime(path, readFileSync(join(root, path), "utf8")) }));
  const taking = found.filter(({ findings }) => findings.length > 0);
  return [
    ...taking.filter(({ path }) => !register.some(({ files }) => files.test(path))).flatMap(({ findings }) => findings),
    ...register
      .filter(({ files }) => !taking.some(({ path }) => files.test(path)))
      .map(({ files }) => ({ rule: "register-needed", where: REGISTER, message: `no file needs ${files.source}` })),
  ];
}
