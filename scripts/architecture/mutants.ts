// Small changes of a source file that its tests should notice.
import ts from "typescript";

/** One change of a source text. */
export interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
  readonly line: number;
  /** What it does, for people. */
  readonly what: string;
}

const OPERATORS: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
};

/**
 * Lists every mutant of a source: swapped operators, conditions that always or never hold, calls and results left out. Of a `table`, texts and items
 * of lists too: there they are what is stated, elsewhere mostly words for people.
 */
export function mutantsOf(path: string, text: string, kind: "code" | "table" = "code"): Mutant[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, replacement: string, what: string): void => {
    const start = node.getStart(source);
    found.push({ start, end: node.getEnd(), replacement, what, line: source.getLineAndCharacterOfPosition(start).line + 1 });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    // Words of errors and logs decide nothing.
    if (ts.isThrowStatement(node)) return add(node, ";", "throws nothing");
    if (ts.isBinaryExpression(node)) mutateOperator(node, add);
    else if (ts.isIfStatement(node)) {
      add(node.expression, "true", "always holds");
      add(node.expression, "false", "never holds");
    } else if (ts.isConditionalExpression(node)) add(node.condition, `!(${node.condition.getText(source)})`, "is turned round");
    else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      add(node, node.operand.getText(source), "is not negated");
    else if (node.kind === ts.SyntaxKind.TrueKeyword) add(node, "false", "is false");
    else if (node.kind === ts.SyntaxKind.FalseKeyword) add(node, "true", "is true");
    else if (ts.isNumericLiteral(node)) add(node, `(${node.text} + 1)`, "is one more");
    else if (kind === "table" && ts.isStringLiteral(node) && isValue(node)) add(node, '"mutated"', "is another text");
    else if (kind === "table" && ts.isArrayLiteralExpression(node)) for (const item of node.elements) add(item, "...[]", "is missing");
    else if (ts.isReturnStatement(node) && node.expression && node.expression.getText(source) !== "undefined")
      add(node, "return;", "returns nothing");
    else if (ts.isExpressionStatement(node) && isCall(node.expression)) add(node, ";", "is left out");
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function mutateOperator(node: ts.BinaryExpression, add: (node: ts.Node, replacement: string, what: string) => void): void {
  const replacement = OPERATORS[node.operatorToken.kind];
  if (replacement !== undefined) add(node.operatorToken, replacement, `becomes ${replacement}`);
}

/** Whether a text is a value: no name of a member, no key of a type. */
function isValue(node: ts.StringLiteral): boolean {
  const { parent } = node;
  return (
    ts.isArrayLiteralExpression(parent) || ts.isCallExpression(parent) || (ts.isPropertyAssignment(parent) && parent.initializer === node)
  );
}

function isCall(expression: ts.Expression): boolean {
  const called = ts.isAwaitExpression(expression) || ts.isVoidExpression(expression) ? expression.expression : expression;
  return ts.isCallExpression(called) && called.expression.kind !== ts.SyntaxKind.SuperKeyword;
}

/** The text with a mutant in it. */
export function applyMutant(text: string, { start, end, replacement }: Mutant): string {
  return text.slice(0, start) + replacement + text.slice(end);
}

/** What a mutant replaces, in one short line. */
export function mutatedCode(text: string, { start, end }: Mutant): string {
  return text.slice(start, end).replaceAll(/\s+/g, " ").slice(0, 80);
}

/** Chooses so many mutants of a file: the same ones for the same seed. */
export function sampleMutants(mutants: readonly Mutant[], count: number, seed: number): Mutant[] {
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
