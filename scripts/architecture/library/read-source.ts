import ts from "typescript";

/** What a declaration is, as far as it matters who uses it. */
export type DeclarationKind = "class" | "function" | "interface" | "type" | "value";

/** A declaration at the top level of a file. One name may have several: an interface and its model. */
export interface Declaration {
  readonly kind: DeclarationKind;
  readonly line: number;
  /** Every identifier within it. */
  readonly mentions: ReadonlySet<string>;
}

/** Where a name of a file comes from. */
export interface Binding {
  readonly specifier: string;
  /** The name there; `*` for all of the module. */
  readonly name: string;
}

/** A source file, as far as it matters who declares and uses what. */
export interface Source {
  readonly declarations: ReadonlyMap<string, readonly Declaration[]>;
  readonly imports: ReadonlyMap<string, Binding>;
  /** Names that are exported, and where they come from; `undefined` for declarations of the file. */
  readonly exports: ReadonlyMap<string, Binding | undefined>;
  /** Modules of which everything is exported. */
  readonly stars: readonly string[];
  /** Modules that are imported as they are needed. */
  readonly dynamic: readonly string[];
  /** Every identifier of the file. */
  readonly mentions: ReadonlySet<string>;
}

function identifiersIn(node: ts.Node): Set<string> {
  const found = new Set<string>();
  const visit = (child: ts.Node): void => {
    if (ts.isIdentifier(child)) found.add(child.text);
    ts.forEachChild(child, visit);
  };
  visit(node);
  return found;
}

function kindOf(statement: ts.Statement): DeclarationKind | undefined {
  if (ts.isFunctionDeclaration(statement)) return "function";
  if (ts.isClassDeclaration(statement)) return "class";
  if (ts.isInterfaceDeclaration(statement)) return "interface";
  if (ts.isTypeAliasDeclaration(statement)) return "type";
  return ts.isVariableStatement(statement) ? "value" : undefined;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => [...identifiersIn(name)]);
  }
  const { name } = statement as ts.Statement & { readonly name?: ts.Identifier };
  return name === undefined ? [] : [name.text];
}

const isExported = (statement: ts.Statement): boolean =>
  ts.canHaveModifiers(statement) && (ts.getModifiers(statement) ?? []).some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword);

function specifierOf(node: ts.ImportDeclaration | ts.ExportDeclaration): string {
  return node.moduleSpecifier !== undefined && ts.isStringLiteral(node.moduleSpecifier) ? node.moduleSpecifier.text : "";
}

function importsOf(node: ts.ImportDeclaration): [string, Binding][] {
  const specifier = specifierOf(node);
  const bindings = node.importClause?.namedBindings;
  if (bindings === undefined) return [];
  if (ts.isNamespaceImport(bindings)) return [[bindings.name.text, { specifier, name: "*" }]];
  return bindings.elements.map((element) => [element.name.text, { specifier, name: (element.propertyName ?? element.name).text }]);
}

function exportsOf(node: ts.ExportDeclaration): [string, Binding][] {
  const specifier = specifierOf(node);
  if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) return [];
  return node.exportClause.elements.map((element) => [element.name.text, { specifier, name: (element.propertyName ?? element.name).text }]);
}

function dynamicImports(file: ts.SourceFile): string[] {
  return [...file.text.matchAll(/\bimport\("([^"]+)"\)/g)].map(([, specifier = ""]) => specifier);
}

/** Reads a source file. */
export function readSource(path: string, text: string): Source {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.ESNext, true);
  const declarations = new Map<string, Declaration[]>();
  const imports = new Map<string, Binding>();
  const exports = new Map<string, Binding | undefined>();
  const stars: string[] = [];
  for (const statement of file.statements) {
    if (ts.isImportDeclaration(statement)) for (const [name, binding] of importsOf(statement)) imports.set(name, binding);
    if (ts.isExportDeclaration(statement)) {
      if (statement.exportClause === undefined) stars.push(specifierOf(statement));
      for (const [name, binding] of exportsOf(statement)) exports.set(name, binding.specifier === "" ? imports.get(name) : binding);
    }
    const kind = kindOf(statement);
    if (kind === undefined) continue;
    const line = file.getLineAndCharacterOfPosition(statement.getStart(file)).line + 1;
    const declaration: Declaration = { kind, line, mentions: identifiersIn(statement) };
    for (const name of namesOf(statement)) {
      declarations.set(name, [...(declarations.get(name) ?? []), declaration]);
      if (isExported(statement)) exports.set(name, undefined);
    }
  }
  return { declarations, imports, exports, stars, dynamic: dynamicImports(file), mentions: identifiersIn(file) };
}
