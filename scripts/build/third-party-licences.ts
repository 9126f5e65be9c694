// What a program holds of others keeps their licences: all of them in one file beside it.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
}

/** Folder of the package that a bundled file comes from; `undefined` for files of this workspace. */
function packageFolder(path: string): string | undefined {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0];
}

/**
 * The licences of the packages that bundled files come from, each under its name and version, by name: the text, or its name where a
 * package brings no text.
 *
 * @param inputs - Paths of the bundled files, relative to `root`.
 * @throws {Error} If a package names no licence.
 */
export function thirdPartyLicences(inputs: Iterable<string>, root: string): string {
  const texts = new Map<string, string>();
  for (const folder of new Set([...inputs].map(packageFolder).filter((found) => found !== undefined))) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8")) as Manifest;
    const file = readdirSync(join(root, folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? license : readFileSync(join(root, folder, file), "utf8").trim();
    if (text === undefined) throw new Error(`${name} ${version} names no licence, so it cannot be part of a program`);
    texts.set(`${name} ${version}`, text);
  }
  return [...texts]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, text]) => `${title}\n\n${text}\n`)
    .join(`\n${"-".repeat(40)}\n\n`);
}
