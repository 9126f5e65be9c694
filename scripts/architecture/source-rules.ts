// Rules about the text of one source file that the linter has no rule for.
import ts from "typescript";
import type { Finding } from "./finding.ts";

/** Longest class, in lines. */
export const CLASS_LINES = 300;

/** Calls at the top level of a module that a bundler may drop only when they are marked. */
const DEFINITION = /^(model|endpoint|obj|openEnum|define[A-Z]\w*|\w+Event)$/;

function calleeName(node: ts.CallExpression): string | undefined {
  return ts.isIdentifier(node.expression) ? node.expression.text : undefined;
}

function isMarkedPure(node: ts.Node, file: ts.SourceFile): boolean {
  return file.text.slice(node.getFullStart(), node.getStart(file)).includes("@__PURE__");
}

function checkImport(node: ts.ImportDeclaration): string | undefined {
  const source = ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : "";
  const clause = node.importClause;
  if (!/^zod($|\/)/.test(source) || clause === undefined || clause.isTypeOnly) return undefined;
  const names = clause.namedBindings !== undefined && ts.isNamedImports(clause.namedBindings) ? clause.namedBindings.elements : [];
  const takesZ = clause.name !== undefined || names.some(({ name, propertyName }) => (propertyName ?? name).text === "z");
  if (source === "zod/mini" && !takesZ) return undefined;
  return 'write: import * as z from "zod/mini" (anything else pulls 400 KB of locales into a bundle)';
}

/** Features of the homeserver throw errors of their own; one table in `http/errors` knows how they look on the wire. */
function checkWireErrors(node: ts.ImportDeclaration, path: string): string | undefined {
  if (!/^packages\/homeserver\/src\/(?!http\/|testing\/)/.test(path)) return undefined;
  const bindings = node.importClause?.namedBindings;
  const names =
    bindings && ts.isNamedImports(bindings) ? bindings.elements.map(({ name, propertyName }) => (propertyName ?? name).text) : [];
  const wire = names.find((name) => /^(MatrixError|matrixError)$/.test(name));
  return wire === undefined ? undefined : `only http/ knows ${wire}: throw the folder's own error, and name its code in http/errors`;
}

function checkTopLevel(statement: ts.Statement, file: ts.SourceFile): string[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ initializer }) => {
    if (initializer === undefined || !ts.isCallExpression(initializer)) return [];
    const name = calleeName(initializer);
    if (name === undefined || !DEFINITION.test(name) || isMarkedPure(initializer, file)) return [];
    return [`write /* @__PURE__ */ before the call of ${name}, or every bundle keeps it`];
  });
}

function isUnknownCast(node: ts.Node): boolean {
  return ts.isAsExpression(node) && node.type.kind === ts.SyntaxKind.UnknownKeyword && ts.isAsExpression(node.parent);
}

/** Checks one file of a package. Tests may cast and expect errors; `path` decides which kind it is. */
export function checkSource(path: string, text: string): Finding[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const isTest = /\.test(-d)?\.ts$|\/tests\//.test(path);
  const findings: Finding[] = [];
  const add = (rule: string, position: number, message: string): void => {
    findings.push({ rule, where: `${path}:${file.getLineAndCharacterOfPosition(position).line + 1}`, message });
  };
  for (const match of text.matchAll(/@ts-(ignore|nocheck|expect-error)/g)) {
    if (!isTest || match[1] !== "expect-error") add("no-ts-comment", match.index, `mend the type instead of @ts-${match[1]}`);
  }
  if (!isTest) {
    for (const statement of file.statements) {
      for (const message of checkTopLevel(statement, file)) add("pure-definitions", statement.getStart(file), message);
    }
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const message = checkImport(node);
      if (message !== undefined) add("zod-import", node.getStart(file), message);
      const wire = isTest ? undefined : checkWireErrors(node, path);
      if (wire !== undefined) add("wire-error-in-feature", node.getStart(file), wire);
    }
    if (!isTest && node.kind === ts.SyntaxKind.AnyKeyword) add("no-any", node.getStart(file), "name the type, or use unknown");
    if (!isTest && isUnknownCast(node)) add("no-double-cast", node.getStart(file), "parse instead of `as unknown as`");
    if (ts.isClassDeclaration(node)) {
      const lines = file.getLineAndCharacterOfPosition(node.end).line - file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
      if (lines > CLASS_LINES) add("class-budget", node.getStart(file), `${lines} lines; at most ${CLASS_LINES}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return findings;
}
