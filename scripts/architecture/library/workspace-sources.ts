import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readSource, type Source } from "./read-source.ts";

/** A name that a file declares. */
export interface Place {
  /** Relative to the root. */
  readonly file: string;
  readonly name: string;
}

/** Files that are no part of what a package gives or a program does. */
const NOT_SOURCE = /\.test(-d)?\.ts$|\/src\/testing\//;

type Manifest = { readonly exports?: Record<string, string | { readonly "@patrix/source"?: string }> };

/** The sources of a workspace, and how names lead from file to file and from package to package. */
export class WorkspaceSources {
  readonly files: ReadonlyMap<string, Source>;
  readonly #root: string;
  readonly #entries = new Map<string, string | undefined>();

  constructor(root: string) {
    this.#root = root;
    const paths = globSync("packages/*/src/**/*.ts", { cwd: root }).filter((path) => !NOT_SOURCE.test(path));
    this.files = new Map(paths.map((path) => [path, readSource(path, readFileSync(join(root, path), "utf8"))]));
  }

  /** The files of a package. */
  filesOf(folder: string): [string, Source][] {
    return [...this.files].filter(([path]) => path.startsWith(`packages/${folder}/`));
  }

  /** Where everything that a package exports is declared, by name. Its entry point `testing` does not count. */
  exportsOf(folder: string): Map<string, Place> {
    const entries = this.#manifest(folder).filter(([key]) => key !== "./testing");
    return new Map(entries.flatMap(([, source]) => [...this.#exportsOfFile(join("packages", folder, source))]));
  }

  /** The file that a specifier in another file leads to; `undefined` outside of the workspace. */
  resolve(from: string, specifier: string): string | undefined {
    if (specifier.startsWith(".")) return join(dirname(from), specifier);
    const [, folder, area] = /^@patrix\/([^/]+)(\/.+)?$/.exec(specifier) ?? [];
    if (folder === undefined) return undefined;
    const key = `${folder}${area ?? ""}`;
    if (!this.#entries.has(key)) {
      const source = this.#manifest(folder).find(([entry]) => entry === `.${area ?? ""}`)?.[1];
      this.#entries.set(key, source && join("packages", folder, source));
    }
    return this.#entries.get(key);
  }

  /** Where a name that a file exports, or uses, is declared. */
  find(file: string, name: string, seen: ReadonlySet<string> = new Set()): Place | undefined {
    const source = this.files.get(file);
    if (source === undefined || seen.has(file)) return undefined;
    if (source.declarations.has(name)) return { file, name };
    const binding = source.exports.get(name) ?? source.imports.get(name);
    const next = new Set([...seen, file]);
    const lead = (specifier: string, wanted: string): Place | undefined => {
      const target = this.resolve(file, specifier);
      return target === undefined ? undefined : this.find(target, wanted, next);
    };
    if (binding) return lead(binding.specifier, binding.name);
    for (const star of source.stars) {
      const place = lead(star, name);
      if (place) return place;
    }
    return undefined;
  }

  #exportsOfFile(file: string, seen: ReadonlySet<string> = new Set()): Map<string, Place> {
    const source = this.files.get(file);
    const found = new Map<string, Place>();
    if (source === undefined || seen.has(file)) return found;
    for (const star of source.stars) {
      const target = this.resolve(file, star);
      if (target !== undefined) for (const entry of this.#exportsOfFile(target, new Set([...seen, file]))) found.set(...entry);
    }
    for (const name of source.exports.keys()) {
      const place = this.find(file, name);
      if (place) found.set(name, place);
    }
    return found;
  }

  #manifest(folder: string): [key: string, source: string][] {
    const path = join(this.#root, "packages", folder, "package.json");
    if (!existsSync(path)) return [];
    const { exports = {} } = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    return Object.entries(exports).flatMap(([key, target]): [string, string][] => {
      const source = typeof target === "object" ? target["@patrix/source"] : undefined;
      return source === undefined ? [] : [[key, source]];
    });
  }
}
