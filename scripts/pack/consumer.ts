// The project of somebody who has installed the packages: what it imports must type-check and load.
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { WorkspacePackage } from "../workspace.ts";
import { OLD_NODE_PROGRAMS } from "./oldest-node.ts";

/** Adds an event type from outside, which only works when the declarations keep their module structure. */
const AUGMENTATION = `import type { MessageLikeEventMap } from "@patrix/events";

declare module "@patrix/events" {
  interface MessageLikeEventMap {
    "com.example.poll": { question: string };
  }
}

export const poll: MessageLikeEventMap["com.example.poll"] = { question: "?" };
export const known: keyof MessageLikeEventMap = "m.room.message";
// @ts-expect-error An undeclared type is not a key: the map did not fall apart into \`any\`.
export const unknown: keyof MessageLikeEventMap = "com.example.undeclared";
`;

/** The most that a page may load of the client at first, in KiB gzipped. */
const MAX_PAGE_KIB = 64;

/** Bundlers rename a class that names itself, and its errors would print under that name. */
const ERROR_NAMES = `
for (const [name, value] of entries.flatMap((entry): [string, unknown][] => Object.entries(entry))) {
  const isErrorClass = typeof value === "function" && value.prototype instanceof Error;
  if (isErrorClass && value.name !== name) throw new Error(\`\${name} prints as \${value.name}\`);
}
`;

/** What a page loads of the client before it does anything, where a bundler has put it together from what is published. */
const PAGE_SIZE = `import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const { outputs } = JSON.parse(readFileSync("page.json", "utf8"));
const first = new Set(Object.keys(outputs).filter((name) => outputs[name].entryPoint === "page.js"));
for (const name of first)
  for (const { path, kind } of outputs[name].imports) if (kind === "import-statement" && outputs[path]) first.add(path);
const sizeKiB = [...first].reduce((sum, name) => sum + gzipSync(readFileSync(name)).length, 0) / 1024;
if (!(sizeKiB > 30 && sizeKiB < ${MAX_PAGE_KIB})) throw new Error(\`a page loads \${sizeKiB.toFixed(1)} KiB of the client at first\`);
`;

function tarballOf(name: string, tarballs: readonly string[]): string {
  const prefix = name.replace("@", "").replace("/", "-");
  const file = tarballs.find((path) => basename(path).replace(/-\d+\.\d+\.\d+.*$/, "") === prefix);
  if (file === undefined) throw new Error(`no tarball of ${name}`);
  return `file:${file}`;
}

function hasEventMap(packages: readonly WorkspacePackage[]): boolean {
  const events = packages.find(({ name }) => name === "@patrix/events");
  return events !== undefined && /MessageLikeEventMap/.test(readFileSync(join(events.path, "src/index.ts"), "utf8"));
}

/** The oldest TypeScript that takes the declarations, under the name that the project has it by. */
export const OLDEST_TYPESCRIPT = "typescript-5.7";

/** Text of each file of the project, by name. */
export function consumerFiles(packages: readonly WorkspacePackage[], tarballs: readonly string[]): Record<string, string> {
  const importable = packages.filter(({ name }) => name !== "@patrix/cli");
  const specifiers = importable.flatMap(({ name, subpaths }) =>
    subpaths.filter((path) => !path.endsWith("package.json")).map((path) => `${name}${path.slice(1)}`),
  );
  const imports = specifiers.map((specifier, index) => `import * as entry${index} from "${specifier}";\n`).join("");
  const names = specifiers.map((_, index) => `entry${index}`).join(", ");
  const manifest = {
    private: true,
    type: "module",
    devDependencies: { [OLDEST_TYPESCRIPT]: "npm:typescript@5.7.3" },
    dependencies: Object.fromEntries(packages.map(({ name }) => [name, tarballOf(name, tarballs)])),
  };
  const config = {
    compilerOptions: {
      target: "es2023",
      module: "nodenext",
      lib: ["es2023", "esnext.disposable", "dom", "dom.iterable", "dom.asynciterable"],
      strict: true,
      exactOptionalPropertyTypes: true,
      // Declarations are checked too: a wrong specifier in one of them is silent otherwise.
      skipLibCheck: false,
      types: [],
    },
  };
  return {
    "package.json": JSON.stringify(manifest),
    "tsconfig.json": JSON.stringify(config),
    "main.ts": `${imports}\nexport const entries: readonly object[] = [${names}];\n${ERROR_NAMES}`,
    "page.js": 'export * from "@patrix/client";\n',
    "page-size.js": PAGE_SIZE,
    ...OLD_NODE_PROGRAMS,
    ...(hasEventMap(packages) ? { "augmentation.ts": AUGMENTATION } : {}),
  };
}
