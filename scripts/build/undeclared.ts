// What a program leaves outside is found by those who install it only where its package names it.
import { isBuiltin } from "node:module";

/** What esbuild says of the files that it has made. */
export interface Outputs {
  readonly outputs: Readonly<
    Record<string, { readonly imports: readonly { readonly path: string; readonly kind: string; readonly external?: boolean }[] }>
  >;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * The packages that files of a program import and that are no dependency of its package. What packages in CommonJS ask for is theirs to do without.
 *
 * @param manifest - The text of its `package.json`.
 */
export function undeclared({ outputs }: Outputs, manifest: string): string[] {
  const { dependencies, optionalDependencies } = JSON.parse(manifest) as Manifest;
  const imports = Object.values(outputs).flatMap((output) => output.imports);
  const outside = imports.filter(({ path, kind, external }) => external === true && kind !== "require-call" && !isBuiltin(path));
  const names = new Set(outside.map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path));
  return [...names].filter((name) => !Object.hasOwn({ ...dependencies, ...optionalDependencies }, name)).toSorted();
}
