import ts from "typescript";

/** An exported name. */
export interface Exported {
  readonly name: string;
  readonly isType: boolean;
  /** Marked `@internal`: not part of the surface. */
  readonly isInternal: boolean;
}

/** An endpoint, with what its docstring says. */
export interface DeclaredEndpoint {
  readonly name: string;
  readonly id: string;
  /** The first sentence, without its full stop. */
  readonly summary: string;
  /** What follows, without method, path and credentials. */
  readonly description: string;
  /** Its place in the specification. */
  readonly see: string;
}

/** What a file exports. */
export interface Module {
  /** Relative to `src`. */
  readonly path: string;
  readonly exports: readonly Exported[];
  /** The endpoints it declares. */
  readonly endpoints: readonly DeclaredEndpoint[];
}

function namesOf(statement: ts.Statement): { name: string; isType: boolean }[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => ({ name: name.getText(), isType: false }));
  if (ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement)) return [{ name: statement.name.text, isType: true }];
  if ((ts.isFunctionDeclaration(statement) || ts.isClassDeclaration(statement)) && statement.name)
    return [{ name: statement.name.text, isType: false }];
  return [];
}

function endpointsOf(statement: ts.Statement): DeclaredEndpoint[] {
  if (!ts.isVariableStatement(statement)) return [];
  return statement.declarationList.declarations.flatMap(({ name, initializer }) => {
    if (!initializer || !ts.isCallExpression(initializer) || initializer.expression.getText() !== "endpoint") return [];
    const [definition] = initializer.arguments;
    const properties = definition && ts.isObjectLiteralExpression(definition) ? definition.properties : [];
    const id = [...properties].find((property) => property.name?.getText() === "id");
    const value = id && ts.isPropertyAssignment(id) && ts.isStringLiteral(id.initializer) ? id.initializer.text : "";
    return [{ name: name.getText(), id: value, ...docsOf(statement) }];
  });
}

function docsOf(statement: ts.Statement): Pick<DeclaredEndpoint, "summary" | "description" | "see"> {
  const [comment] = ts.getJSDocCommentsAndTags(statement);
  const [first = "", ...rest] = (ts.getTextOfJSDocComment(comment?.comment) ?? "")
    .split(/\n\s*\n/)
    .map((text) => text.replaceAll(/\s+/g, " ").trim());
  // A full stop within a sentence has no capital behind it.
  const [summary = "", ...more] = first.split(/(?<=[.])\s+(?=[A-Z])/);
  const description = [more.join(" "), ...rest.filter((text) => !/^`[A-Z]+ \//.test(text))].filter(Boolean).join("\n\n");
  const see = /@see \{@link (\S+?)\}/.exec(comment?.getText() ?? "")?.[1] ?? "";
  return { summary: summary.replace(/[.]$/, ""), description, see };
}

/** Reads what a file exports. */
export function readModule(path: string, text: string): Module {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const exported = file.statements.filter(
    (statement) => ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword),
  );
  const names = new Map<string, Exported>();
  for (const statement of exported) {
    const isInternal = ts.getJSDocTags(statement).some(({ tagName }) => tagName.text === "internal");
    for (const { name, isType } of namesOf(statement))
      // An interface and its model share a name: together they are a value.
      names.set(name, { name, isType: isType && (names.get(name)?.isType ?? true), isInternal });
  }
  return { path, exports: [...names.values()], endpoints: exported.flatMap(endpointsOf) };
}
