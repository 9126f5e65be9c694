import type { DeclarationKind, Source } from "./read-source.ts";
import type { Place, WorkspaceSources } from "./workspace-sources.ts";

/** An export that no program comes to. */
export interface Unused extends Place {
  readonly folder: string;
  readonly kind: DeclarationKind;
}

const keyOf = ({ file, name }: Place): string => `${file} ${name}`;

/** The names of other packages that a file of a program uses. */
function usedBy(sources: WorkspaceSources, file: string, source: Source): Place[] {
  const isForeign = (specifier: string): boolean => specifier.startsWith("@patrix/");
  const bindings = [...source.imports.values(), ...[...source.exports.values()].filter((binding) => binding !== undefined)];
  const whole = new Set([...source.dynamic, ...bindings.filter(({ name }) => name === "*").map(({ specifier }) => specifier)]);
  const named = bindings.filter(({ specifier, name }) => isForeign(specifier) && name !== "*");
  const mentioned = [...whole].filter(isForeign).flatMap((specifier) => Array.from(source.mentions, (name) => ({ specifier, name })));
  return [...named, ...mentioned].flatMap(({ specifier, name }) => {
    const target = sources.resolve(file, specifier);
    return (target === undefined ? undefined : sources.find(target, name)) ?? [];
  });
}

/** Everything that some places use, they themselves included. */
function reach(sources: WorkspaceSources, from: readonly Place[]): Set<string> {
  const reached = new Set<string>();
  const waiting = [...from];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const key = keyOf(place);
    if (reached.has(key)) continue;
    reached.add(key);
    const { file } = place;
    for (const { mentions } of sources.files.get(file)?.declarations.get(place.name) ?? []) {
      for (const name of mentions) {
        const used = sources.find(file, name);
        if (used) waiting.push(used);
      }
    }
  }
  return reached;
}

/** Finds what the packages of the library export and no program uses, not even by way of something else of the library. */
export function findUnused(sources: WorkspaceSources, library: readonly string[], programs: readonly string[]): Unused[] {
  const roots = programs.flatMap((folder) => sources.filesOf(folder).flatMap(([file, source]) => usedBy(sources, file, source)));
  const reached = reach(sources, roots);
  return library.flatMap((folder) =>
    [...sources.exportsOf(folder).values()]
      .filter((place) => place.file.startsWith(`packages/${folder}/`) && !reached.has(keyOf(place)))
      .map((place) => ({ ...place, folder, kind: sources.files.get(place.file)?.declarations.get(place.name)?.[0]?.kind ?? "value" })),
  );
}
