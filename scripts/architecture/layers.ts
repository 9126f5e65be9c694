// The layer rules of ARCHITECTURE.md as a dependency-cruiser rule set.
import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { cruise, type ICruiseOptions, type IForbiddenRuleType, type IReporterOutput, type ICruiseResult } from "dependency-cruiser";
import { type Finding, report } from "./finding.ts";

/** Packages by layer, lowest first. Imports go down or sideways. */
export const LAYERS: readonly (readonly string[])[] = [
  ["canonical-json", "identifiers", "html", "concurrency"],
  ["room-versions", "push-rules", "api"],
  ["events", "signatures"],
  ["state-res", "visibility", "client-api", "federation-api", "appservice-api", "identity-api", "push-gateway-api"],
  ["federation", "server", "idb-sqlite", "client-crypto"],
  ["client", "homeserver"],
  ["bot", "appservice", "cli", "patrix"],
];

/** Portable packages with an entry point `./node`, whose sources lie in `src/node`. */
const WITH_NODE_PART: readonly string[] = ["client", "server"];

/** Packages that run in any JavaScript environment: layers 0 to 3, the client and the server, both without their folder `node`. */
export const PORTABLE: readonly string[] = [...LAYERS.slice(0, 4).flat(), ...WITH_NODE_PART];

/** Folders of the homeserver, highest first. Imports go down the list; folders in one row never import one another. */
export const HOMESERVER_FOLDERS: readonly (readonly string[])[] = [
  ["compose"],
  ["check", "backup"],
  ["config"],
  ["http"],
  ["accounts", "e2ee", "media", "push", "search", "directory", "appservice", "federation"],
  ["sync"],
  ["rooms"],
  ["log", "outbound"],
  ["store"],
];

/** Folders beside the packages that use them. */
const BESIDE: readonly string[] = ["benchmarks", "conformance", "examples"];

const TEST = "\\.test(-d)?\\.ts$|/tests/";
const oneOf = (names: readonly string[]): string => `(${names.join("|")})`;

function layerRules(): IForbiddenRuleType[] {
  return LAYERS.slice(0, -1).map((names, layer) => ({
    name: `layer-${layer}-imports-upward`,
    severity: "error",
    from: { path: `^packages/${oneOf(names)}/src/`, pathNot: TEST },
    to: { path: `^packages/${oneOf(LAYERS.slice(layer + 1).flat())}/` },
  }));
}

function homeserverRules(): IForbiddenRuleType[] {
  const home = "^packages/homeserver/src/";
  const known = [...HOMESERVER_FOLDERS.flat(), "testing"];
  const upward = HOMESERVER_FOLDERS.slice(1).map((names, row): IForbiddenRuleType => ({
    name: `homeserver-${names.length > 1 ? "feature" : names[0]}-imports-upward`,
    severity: "error",
    from: { path: `${home}${oneOf(names)}/`, pathNot: TEST },
    to: { path: `${home}(${oneOf(HOMESERVER_FOLDERS.slice(0, row + 1).flat())}/|(main|index)\\.ts$)` },
  }));
  const features = HOMESERVER_FOLDERS.filter((names) => names.length > 1).map((names): IForbiddenRuleType => ({
    name: "homeserver-features-never-import-one-another",
    severity: "error",
    from: { path: `${home}${oneOf(names)}/`, pathNot: TEST },
    to: { path: `${home}${oneOf(names)}/`, pathNot: `${home}$1/` },
  }));
  return [
    ...upward,
    ...features,
    {
      name: "homeserver-testing-stays-outside",
      comment: "Only tests and the testing entry point use src/testing.",
      severity: "error",
      from: { path: home, pathNot: `${home}testing/|${TEST}` },
      to: { path: `${home}testing/` },
    },
    {
      name: "homeserver-folder-without-a-place",
      comment: "Say in HOMESERVER_FOLDERS where the folder sits.",
      severity: "error",
      from: { path: `${home}(?!${oneOf(known)}/)[^/]+/` },
      to: {},
    },
  ];
}

/** Every rule, for packages that lie in `packages/` below the base folder. */
export function rules(): IForbiddenRuleType[] {
  const portable = `^packages/${oneOf(PORTABLE)}/src/`;
  return [
    ...layerRules(),
    ...homeserverRules(),
    { name: "no-cycle", severity: "error", from: {}, to: { circular: true } },
    // `/// <reference types="node" />` names types, not a module.
    { name: "unresolvable", severity: "error", from: {}, to: { couldNotResolve: true, pathNot: "^node$" } },
    {
      name: "portable-package-imports-node",
      comment: "Time, randomness, fetch and storage are arguments of a portable package.",
      severity: "error",
      from: { path: portable, pathNot: `^packages/${oneOf(WITH_NODE_PART)}/src/node/|${TEST}` },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "portable-package-imports-its-node-part",
      severity: "error",
      from: { path: `^packages/${oneOf(WITH_NODE_PART)}/src/`, pathNot: `^packages/[^/]+/src/node/|${TEST}` },
      to: { path: "^packages/$1/src/node/" },
    },
    {
      name: "client-imports-its-browser-part",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: `^packages/client/src/browser/|${TEST}` },
      to: { path: "^packages/client/src/browser/" },
    },
    {
      name: "client-imports-server-side",
      severity: "error",
      from: { path: "^packages/client/src/", pathNot: TEST },
      to: { path: "^packages/(federation|federation-api|homeserver)/" },
    },
    {
      name: "homeserver-imports-client",
      severity: "error",
      from: { path: "^packages/homeserver/src/", pathNot: `^packages/homeserver/src/testing/|${TEST}` },
      to: { path: "^packages/(client|client-crypto|bot)/" },
    },
    {
      name: "imports-own-barrel",
      severity: "error",
      from: { path: "^packages/([^/]+)/src/", pathNot: `/index\\.ts$|${TEST}` },
      to: { path: ["^packages/$1/src/index\\.ts$", "^packages/$1/src/[^/]+/index\\.ts$"] },
    },
    {
      name: "reaches-into-another-package",
      comment: "Import the package by its name.",
      severity: "error",
      from: { path: "^packages/([^/]+)/" },
      to: { path: "^packages/", pathNot: "^packages/$1/", dependencyTypes: ["local"] },
    },
    {
      name: "reaches-into-a-package-from-outside",
      comment: "What stands beside the packages uses them as everybody does: by name.",
      severity: "error",
      from: { path: `^${oneOf(BESIDE)}/` },
      to: { path: "^packages/", dependencyTypes: ["local"] },
    },
    {
      name: "package-imports-workspace-tooling",
      severity: "error",
      from: { path: "^packages/[^/]+/src/", pathNot: TEST },
      to: { path: "^(scripts|benchmarks|conformance|examples|docs)/" },
    },
  ];
}

/** Cruises the packages below `baseDir`, their tests and what stands beside them, and returns each violation, with how many modules were read. */
export async function checkLayers(baseDir: string): Promise<{ findings: Finding[]; modules: number }> {
  const options: ICruiseOptions = {
    baseDir,
    validate: true,
    ruleSet: { forbidden: rules() },
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@patrix/source", "import", "node", "default"],
      extensions: [".ts", ".js", ".mjs", ".cjs", ".json"],
    },
  };
  const roots = readdirSync(join(baseDir, "packages"))
    .filter((name) => existsSync(join(baseDir, "packages", name, "src")))
    .map((name) => `packages/${name}/src`);
  const others = [...roots.map((root) => root.replace(/src$/, "tests")), ...BESIDE].filter((path) => existsSync(join(baseDir, path)));
  const { output }: IReporterOutput = await cruise([...roots, ...others], options);
  const { summary } = output as ICruiseResult;
  const unlisted = roots.map((path) => path.split("/")[1] ?? "").filter((name) => !LAYERS.flat().includes(name));
  return {
    modules: summary.totalCruised,
    findings: [
      ...unlisted.map((name) => ({ rule: "package-without-a-layer", where: `packages/${name}`, message: "name its layer in LAYERS" })),
      ...summary.violations.map(({ rule, from, to, cycle }) => ({
        rule: rule.name,
        where: from,
        message: cycle === undefined ? `imports ${to}` : `cycle through ${cycle.map((step) => step.name).join(" → ")}`,
      })),
    ],
  };
}

if (import.meta.main) {
  const { findings, modules } = await checkLayers(dirname(dirname(import.meta.dirname)));
  report(findings, `${modules} modules respect the layers`);
}
