// Rules about the manifests of the packages.
import type { Finding } from "../architecture/finding.ts";

/** Scope of every published package but the umbrella. */
export const SCOPE = "@patrix";

/** Name of the umbrella package. */
export const UMBRELLA = "patrix";

/** What the rules look at in a `package.json`. */
export interface Manifest {
  name?: string;
  version?: string;
  description?: string;
  license?: string;
  type?: string;
  sideEffects?: boolean | string[];
  private?: boolean;
  files?: string[];
  engines?: { node?: string };
  exports?: Record<string, unknown>;
  dependencies?: Record<string, string>;
}

/** What lies beside a manifest. */
export interface PackageFolder {
  /** Folder name below `packages/`. */
  folder: string;
  manifest: Manifest;
  /** Names of the files beside it. */
  files: readonly string[];
  /** Folder names of the packages that its `tsconfig.json` references. */
  references: readonly string[];
}

function isInternal(name: string): boolean {
  return name.startsWith(`${SCOPE}/`) || name === UMBRELLA;
}

function checkExports(exports: Record<string, unknown>): string[] {
  return Object.entries(exports).flatMap(([subpath, target]) => {
    if (subpath === "./package.json") return [];
    const keys = typeof target === "object" && target !== null ? Object.keys(target) : [];
    const isRight = keys[0] === `${SCOPE}/source` && keys[1] === "types" && keys.at(-1) === "default";
    return isRight ? [] : [`exports["${subpath}"] has the conditions ${SCOPE}/source, types, default in this order`];
  });
}

/** Checks one package. */
export function checkPackage({ folder, manifest, files, references }: PackageFolder): Finding[] {
  const messages: string[] = [];
  const want = (isRight: boolean, message: string): void => {
    if (!isRight) messages.push(message);
  };
  want(manifest.name === (folder === UMBRELLA ? UMBRELLA : `${SCOPE}/${folder}`), `name is ${SCOPE}/${folder}`);
  want(manifest.license === "Apache-2.0", "license is Apache-2.0");
  want(manifest.type === "module", "type is module");
  want(manifest.sideEffects !== undefined, "sideEffects is set");
  want((manifest.description ?? "").endsWith("."), "description is one sentence");
  want(manifest.engines?.node !== undefined, "engines.node is set");
  want(manifest.files?.includes("dist") === true && manifest.files.includes("src"), "files holds dist and src");
  messages.push(...checkExports(manifest.exports ?? {}));
  for (const name of ["README.md", "CHANGELOG.md", "tsconfig.json"]) want(files.includes(name), `${name} exists`);
  const internal = Object.entries(manifest.dependencies ?? {}).filter(([name]) => isInternal(name));
  for (const [name, range] of internal) {
    want(range === "workspace:^", `${name} is taken as workspace:^`);
    want(references.includes(name.replace(`${SCOPE}/`, "")), `tsconfig.json references ${name}`);
  }
  return messages.map((message) => ({ rule: "manifest", where: `packages/${folder}/package.json`, message }));
}
