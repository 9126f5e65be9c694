import { readFileSync, writeFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";
import { thirdPartyLicences } from "./scripts/build/third-party-licences.ts";
import { undeclared } from "./scripts/build/undeclared.ts";

/** Optional packages, which bring native files of their own. */
const NATIVE = ["sharp", "pg-native"];
/** What no package holds. node:sqlite exists only under its prefix. */
const OUTSIDE = [/^node:/, ...NATIVE];

/** JavaScript only: declarations come from the workspace-wide `tsc -b`. */
const COMMON: Options = {
  format: "esm",
  splitting: true,
  sourcemap: true,
  dts: false,
  clean: false,
  removeNodeProtocol: false,
  external: OUTSIDE,
};

/** A package whose dependencies stay outside. */
export function library(
  entry: string[] | Record<string, string>,
  platform: "neutral" | "node" = "neutral",
): ReturnType<typeof defineConfig> {
  return defineConfig({ ...COMMON, entry, target: "es2023", platform });
}

/**
 * A library of declarations, of which whoever uses it uses few. Beside what {@link library} makes, each source is a file of its own, for bundlers, by
 * the condition `module`: a page then loads nothing at first that it uses later. Node, which does not ask by it, starts faster with few files.
 */
export function declarations(entry: string[]): ReturnType<typeof defineConfig> {
  const common: Options = { ...COMMON, target: "es2023", platform: "neutral" };
  return defineConfig([
    { ...common, entry },
    {
      ...common,
      entry: ["src/**/*.ts", "!src/**/*.test.ts", "!src/**/*.test-d.ts"],
      outDir: "dist/modules",
      splitting: false,
      // They are as long as the sources, which are in the package.
      sourcemap: false,
      esbuildPlugins: [
        {
          name: "each-by-itself",
          setup: (build) =>
            build.onResolve({ filter: /^\.\.?\// }, ({ path, kind }) =>
              kind === "entry-point" ? undefined : { path: path.replace(/\.ts$/, ".js"), external: true },
            ),
        },
      ],
    },
  ]);
}

/**
 * A program in few files: all that it is built on is in them, since a file costs a start more than what it holds. What the program does not use
 * at once stays a file of its own.
 */
export function program(entry: Record<string, string>): ReturnType<typeof defineConfig> {
  return defineConfig({
    ...COMMON,
    entry,
    target: "node24",
    platform: "node",
    // What is named here is in, whatever is named outside.
    noExternal: [new RegExp(`^(?!node:|(?:${NATIVE.join("|")})$)`)],
    // Packages in CommonJS ask for the modules of Node.
    banner: { js: 'import { createRequire as createRequireOf } from "node:module"; const require = createRequireOf(import.meta.url);' },
    esbuildOptions: (options) => {
      options.conditions = ["@patrix/source"];
    },
    esbuildPlugins: [
      {
        name: "licences",
        setup: (build) => {
          build.initialOptions.metafile = true;
          build.onEnd(({ metafile = { inputs: {}, outputs: {} } }) => {
            writeFileSync("dist/THIRD-PARTY-LICENSES.txt", thirdPartyLicences(Object.keys(metafile.inputs), process.cwd()));
            const missing = undeclared(metafile, readFileSync("package.json", "utf8"));
            if (missing.length > 0) throw new Error(`${missing.join(", ")}: left outside, and no dependency of the package`);
          });
        },
      },
    ],
  });
}
