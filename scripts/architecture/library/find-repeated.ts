import type { DeclarationKind } from "./read-source.ts";
import type { WorkspaceSources } from "./workspace-sources.ts";

/** A declaration of a program that has the name of something that the library exports. */
export interface Repeated {
  readonly folder: string;
  readonly file: string;
  readonly line: number;
  readonly name: string;
  /** The package that exports it. */
  readonly of: string;
}

const NAMED: readonly DeclarationKind[] = ["class", "function", "interface"];

/** Finds functions, classes and interfaces of programs with the name of a function, class or interface of a package of the library. */
export function findRepeated(sources: WorkspaceSources, programs: readonly string[], library: readonly string[]): Repeated[] {
  const isNamed = (file: string, name: string): boolean =>
    (sources.files.get(file)?.declarations.get(name) ?? []).some(({ kind }) => NAMED.includes(kind));
  const exported = new Map<string, string>();
  for (const of of library) {
    for (const [name, place] of sources.exportsOf(of)) if (isNamed(place.file, place.name)) exported.set(name, of);
  }
  return programs.flatMap((folder) =>
    sources.filesOf(folder).flatMap(([file, { declarations }]) =>
      [...declarations].flatMap(([name, found]) => {
        const of = exported.get(name);
        const repeated = found.find(({ kind }) => NAMED.includes(kind));
        return of === undefined || repeated === undefined ? [] : [{ folder, file, line: repeated.line, name, of }];
      }),
    ),
  );
}
