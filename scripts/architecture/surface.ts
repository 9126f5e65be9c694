// Writes what follows from the files of an API package, or of events: indexes, the table of endpoints, the operation IDs, the entry points of
// areas, and what docstrings say of operations. pnpm run surface; without --write it says what differs, and which file is not named as what it exports.
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Finding, report } from "./finding.ts";
import { checkNames } from "./surface/check-names.ts";
import { readModule } from "./surface/read-module.ts";
import { type Surface, surfaceOf } from "./surface/written-files.ts";

/** Every package whose surface is written. Files of events are named as event types, not as exports. */
export const SURFACES: readonly Surface[] = [
  { folder: "client-api", subject: "the client-server API", hasEndpoints: true, hasAreas: true },
  { folder: "federation-api", subject: "the server-server API", hasEndpoints: true, hasAreas: false },
  { folder: "appservice-api", subject: "the application service API", hasEndpoints: true, hasAreas: false },
  { folder: "identity-api", subject: "the identity service API", hasEndpoints: true, hasAreas: false },
  { folder: "push-gateway-api", subject: "the push gateway API", hasEndpoints: true, hasAreas: false },
  { folder: "events", subject: "the typed Matrix events", hasEndpoints: false, hasAreas: true },
];

/** The first sentence of a package's doc comment. */
function titleOf(index: string): string {
  return /^(?:\/\/\/.*\n)*\/\*\*\s*\*?\s*(.+)/.exec(index)?.[1]?.replace(/^\* /, "") ?? "";
}

interface Manifest {
  exports: Record<string, object | string>;
}

/** The manifest with an entry point for each area, sorted behind the entry points that are no areas. */
function withAreas(manifest: string, areas: readonly string[]): string {
  const parsed = JSON.parse(manifest) as Manifest;
  const own = Object.entries(parsed.exports).filter(([, target]) => !isArea(target));
  const entries = areas.toSorted().map((area) => [
    `./${area}`,
    {
      "@patrix/source": `./src/${area}/index.ts`,
      types: `./dist/${area}/index.d.ts`,
      module: `./dist/modules/${area}/index.js`,
      default: `./dist/${area}/index.js`,
    },
  ]);
  return `${JSON.stringify({ ...parsed, exports: Object.fromEntries([...own, ...entries]) }, undefined, 2)}\n`;
}

function isArea(target: object | string): boolean {
  const source = (target as Record<string, string>)["@patrix/source"] ?? "";
  return /^\.\/src\/(?!unstable\/|node\/|testing\/)[^/]+\/index\.ts$/.test(source);
}

/** Every written file of a package, by path relative to the root, with the findings about its names. */
export function checkSurface(root: string, surface: Surface): { written: Map<string, string>; findings: Finding[] } {
  const folder = join(root, "packages", surface.folder);
  const isWritten = (path: string): boolean => /(^|\/)index\.ts$|^endpoints\.ts$|^operation-id\.ts$/.test(path);
  const paths = globSync("**/*.ts", { cwd: join(folder, "src") })
    .filter((path) => !isWritten(path) && !/\.test(-d)?\.ts$/.test(path))
    .toSorted();
  const modules = paths.map((path) => readModule(path, readFileSync(join(folder, "src", path), "utf8")));
  const index = readFileSync(join(folder, "src/index.ts"), "utf8");
  const written = new Map<string, string>();
  const texts = surfaceOf(surface, modules, titleOf(index));
  for (const [path, text] of texts) written.set(`packages/${surface.folder}/src/${path}`, text);
  const areas = [...texts.keys()].filter((path) => path.includes("/") && !path.startsWith("unstable/")).map((path) => dirname(path));
  const manifest = readFileSync(join(folder, "package.json"), "utf8");
  if (surface.hasAreas) written.set(`packages/${surface.folder}/package.json`, withAreas(manifest, areas));
  return { written, findings: surface.hasEndpoints ? checkNames(surface.folder, modules) : [] };
}

/** The API that a package declares, as the command line names it. */
const API_OF: Readonly<Record<string, string>> = {
  "client-api": "client-server",
  "federation-api": "server-server",
  "appservice-api": "application-service",
  "identity-api": "identity",
  "push-gateway-api": "push-gateway",
};

/** The table of what docstrings say of operations, for programs: comments do not outlive the build. */
export function operationDocs(root: string): { path: string; text: string } {
  const rows = SURFACES.flatMap(({ folder }) => {
    const source = join(root, "packages", folder, "src");
    const paths = API_OF[folder] === undefined ? [] : globSync("**/*.ts", { cwd: source }).filter((path) => !/\.test(-d)?\.ts$/.test(path));
    const endpoints = paths.flatMap((path) => readModule(path, readFileSync(join(source, path), "utf8")).endpoints);
    return endpoints.map(({ id, summary, description, see }) => [
      `${API_OF[folder]}/${id}`,
      summary,
      description.replaceAll("\n", String.raw`\n`),
      see,
    ]);
  });
  const lines = rows.map((row) => row.join("\t").replaceAll(/[\\`]|\$\{/g, String.raw`\$&`)).toSorted();
  const head =
    "// Written by `pnpm run surface`.\n/** What is said of each operation, a line each: API and operation ID, summary, description, link; by tabs. */\n";
  return {
    path: "packages/cli/src/schema/operation-docs.ts",
    text: `${head}export const operationDocs: string = \`${lines.join("\n")}\`;\n`,
  };
}

function main(root: string, isWriting: boolean): void {
  const findings: Finding[] = [];
  let count = 0;
  const write = (path: string, text: string): void => {
    count += 1;
    const target = join(root, path);
    if (existsSync(target) && readFileSync(target, "utf8") === text) return;
    if (isWriting) writeFileSync(target, text);
    else findings.push({ rule: "surface-up-to-date", where: path, message: "run pnpm run surface" });
  };
  for (const surface of SURFACES) {
    const { written, findings: found } = checkSurface(root, surface);
    findings.push(...found);
    for (const [path, text] of written) write(path, text);
  }
  const docs = operationDocs(root);
  write(docs.path, docs.text);
  report(findings, `${count} written files follow from what is exported`);
}

if (import.meta.main) main(dirname(dirname(import.meta.dirname)), process.argv.includes("--write"));
