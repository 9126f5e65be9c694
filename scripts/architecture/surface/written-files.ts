import { type Exported, type Module, readModule } from "./read-module.ts";

/** A package whose surface is written. */
export interface Surface {
  /** Its folder below `packages/`. */
  readonly folder: string;
  /** What it declares, for the doc comments. */
  readonly subject: string;
  /** Whether there is a table of endpoints, and a list of operation IDs. */
  readonly hasEndpoints: boolean;
  /** Whether each folder below `src` is an entry point of its own. */
  readonly hasAreas: boolean;
}

const WIDTH = 140;
const NOTICE = "// Written by `pnpm run surface`.\n";
const UNSTABLE = "unstable";

function header(text: string): string {
  return `/**\n * ${text}\n *\n * @packageDocumentation\n */\n${NOTICE}`;
}

/** A list as the formatter writes it: in one line if it fits. */
function list(before: string, items: readonly string[], after: string): string {
  const line = `${before} ${items.join(", ")} ${after}`;
  return line.trimEnd().length <= WIDTH ? line : `${before}\n${items.map((item) => `  ${item},\n`).join("")}${after}`;
}

const nameOf = ({ name, isType }: Exported): string => (isType ? `type ${name}` : name);

function reExport({ path, exports }: Module, folder: string): string {
  const visible = exports.filter(({ isInternal }) => !isInternal);
  const from = `"./${path.slice(folder.length)}";\n`;
  if (visible.length === 0) return "";
  if (visible.length === exports.length) return `export * from ${from}`;
  if (visible.every(({ isType }) => isType)) return `export type { ${visible.map(({ name }) => name).join(", ")} } from ${from}`;
  return list("export {", visible.map(nameOf), `} from ${from}`);
}

function indexOf(modules: readonly Module[], folder = ""): string {
  return modules.map((module) => reExport(module, folder)).join("");
}

function endpointTable(modules: readonly Module[]): string {
  const declaring = modules.filter(({ endpoints }) => endpoints.length > 0);
  const imports = declaring.map(({ path, endpoints }) => `import { ${endpoints.map(({ name }) => name).join(", ")} } from "./${path}";\n`);
  const names = declaring.flatMap(({ endpoints }) => endpoints.map(({ name }) => name));
  const oneLine = `export const endpoints: readonly AnyEndpoint[] = [${names.join(", ")}];\n`;
  const table =
    oneLine.length <= WIDTH
      ? oneLine
      : `export const endpoints: readonly AnyEndpoint[] = [\n${names.map((name) => `  ${name},\n`).join("")}];\n`;
  return `import type { AnyEndpoint } from "@patrix/api";\n${imports.join("")}
/** Every endpoint of the API, for routers and tools; importing it keeps all of them in a bundle. */\n${table}`;
}

function operationIds(subject: string, modules: readonly Module[]): string {
  const ids = modules.flatMap(({ endpoints }) => endpoints.map(({ id }) => `"${id}"`)).toSorted();
  const oneLine = `export type OperationId = ${ids.join(" | ")};\n`;
  const union = oneLine.length <= WIDTH + 1 ? oneLine : `export type OperationId =\n${ids.map((id) => `  | ${id}`).join("\n")};\n`;
  return `${NOTICE}/** The ID of an operation of ${subject}, for lists that name operations. */\n${union}`;
}

/** The entry point of an area names what it takes from the index, so that all entry points share one file once they are built. */
function areaIndex(modules: readonly Module[]): string {
  const names = modules.flatMap(({ exports }) => exports.filter(({ isInternal }) => !isInternal));
  const sorted = names.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(nameOf);
  return list("export {", sorted, '} from "../index.ts";\n');
}

/** Texts of the written files of a package, by path relative to `src`. */
export function surfaceOf(
  { subject, hasEndpoints, hasAreas }: Surface,
  modules: readonly Module[],
  indexTitle: string,
): Map<string, string> {
  const stable = modules.filter(({ path }) => !path.startsWith(`${UNSTABLE}/`));
  const unstable = modules.filter(({ path }) => path.startsWith(`${UNSTABLE}/`));
  const written = new Map<string, string>();
  if (hasEndpoints) {
    const ids = operationIds(subject, stable);
    written.set("operation-id.ts", ids);
    stable.push(readModule("operation-id.ts", ids));
    written.set(
      "endpoints.ts",
      `${header(`${capital(subject)} as one table of endpoints, for routers and tools.`)}${endpointTable(stable)}`,
    );
  }
  stable.sort((a, b) => (a.path < b.path ? -1 : 1));
  written.set("index.ts", `${header(indexTitle)}${indexOf(stable)}`);
  if (unstable.length > 0)
    written.set(
      `${UNSTABLE}/index.ts`,
      `${header(`What open proposals add to ${subject}. It may change in any release.`)}${indexOf(unstable, `${UNSTABLE}/`)}`,
    );
  for (const area of hasAreas ? areasOf(stable) : []) {
    const members = stable.filter(({ path }) => path.startsWith(`${area}/`));
    written.set(`${area}/index.ts`, `${header(`The part \`${area}\` of ${subject}.`)}${areaIndex(members)}`);
  }
  return written;
}

function areasOf(modules: readonly Module[]): Set<string> {
  return new Set(modules.flatMap(({ path }) => (path.includes("/") ? [path.slice(0, path.indexOf("/"))] : [])));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
