// Runs the rules about text and manifests over the repository.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Finding, report } from "../architecture/finding.ts";
import { type Manifest, type PackageFolder, checkPackage } from "./manifest-rules.ts";
import { checkText } from "./text-rules.ts";

const SKIPPED = new Set(["node_modules", "dist", ".git", ".patrix", "patrix-data", "coverage"]);
const TEXT = /\.(ts|tsx|mjs|js|json|md|yaml|yml|sh|html|css)$|(^|\/)run$/;

function* walk(root: string, folder = ""): Generator<string> {
  for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (SKIPPED.has(entry.name) || path === "docs/api") continue;
    if (entry.isDirectory()) yield* walk(root, path);
    else if (entry.isFile() && TEXT.test(path)) yield path;
  }
}

function readPackage(root: string, folder: string): PackageFolder {
  const path = join(root, "packages", folder);
  const config = join(path, "tsconfig.json");
  const references = existsSync(config) ? (JSON.parse(readFileSync(config, "utf8")) as { references?: { path: string }[] }).references : [];
  return {
    folder,
    manifest: JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as Manifest,
    files: readdirSync(path),
    references: (references ?? []).map((reference) => reference.path.split("/").at(-1) ?? ""),
  };
}

/** Packages that a root tsconfig does not reference: they would not be type-checked. */
function checkRootReferences(root: string, config: string, folders: readonly string[]): Finding[] {
  const text = readFileSync(join(root, config), "utf8");
  return folders
    .filter((folder) => !text.includes(`"packages/${folder}"`))
    .map((folder) => ({ rule: "root-reference", where: config, message: `reference packages/${folder}` }));
}

/** Pages of the documentation that its contents do not link, and design notes whose title is not that of their file. */
export function checkContents(contents: string, pages: ReadonlyMap<string, string>): Finding[] {
  const findings: Finding[] = [];
  for (const [path, text] of pages) {
    if (!contents.includes(`](${path})`))
      findings.push({ rule: "contents", where: `docs/${path}`, message: "link it from docs/README.md" });
    const number = /^design\/(\d{4})-/.exec(path)?.[1];
    if (number !== undefined && !text.startsWith(`# ${number} `))
      findings.push({ rule: "title", where: `docs/${path}`, message: `begin with the title: # ${number} …` });
  }
  return findings;
}

/** Checks every text file and every package below `root`. */
export function checkRepository(root: string): { findings: Finding[]; files: number } {
  const paths = [...walk(root)];
  const texts = paths.flatMap((path) => checkText(path, readFileSync(join(root, path), "utf8")));
  const folders = readdirSync(join(root, "packages")).filter((name) => existsSync(join(root, "packages", name, "package.json")));
  const packages = folders.flatMap((folder) => checkPackage(readPackage(root, folder)));
  const references = ["tsconfig.json", "tsconfig.test.json"].flatMap((config) => checkRootReferences(root, config, folders));
  const pages = paths.filter((path) => /^docs\/(\w+\/)?[\w-]+\.md$/.test(path) && path !== "docs/README.md");
  const contents = checkContents(
    readFileSync(join(root, "docs/README.md"), "utf8"),
    new Map(pages.map((path) => [path.slice("docs/".length), readFileSync(join(root, path), "utf8")])),
  );
  return { findings: [...texts, ...packages, ...references, ...contents], files: paths.length };
}

if (import.meta.main) {
  const { findings, files } = checkRepository(join(import.meta.dirname, "..", ".."));
  report(findings, `${files} files`);
}
