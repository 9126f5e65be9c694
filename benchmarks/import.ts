// What importing and type-checking the declarations costs. Budgets are absolute: the ratio is budget to measured value.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { type Benchmark, type BenchmarkContext, median, type Result } from "./benchmark.ts";

const ROOT = join(import.meta.dirname, "..");

/** A result of one value against a budget, in the unit that the title names. */
function budgeted(title: string, values: readonly number[], budget: number, unit: string): Result {
  const value = median(values);
  const ratios = values.map((one) => budget / one);
  return {
    title: `${title}: ${value.toFixed(2)} ${unit} of ${budget} ${unit}`,
    timings: [],
    comparisons: [
      {
        subject: "measured",
        other: "budget",
        ratio: budget / value,
        range: [Math.min(...ratios), Math.max(...ratios)],
        isClear: Math.max(...values) < budget || Math.min(...values) > budget,
        target: { atLeast: 1 },
        meetsTarget: value <= budget,
      },
    ],
  };
}

const PROBE = `
  await import("./zod.js");
  globalThis.gc();
  const heap = process.memoryUsage().heapUsed, begin = performance.now();
  const loaded = await import("./client-api.js");
  const ms = performance.now() - begin;
  globalThis.gc();
  process.stdout.write(JSON.stringify({ ms, mb: (process.memoryUsage().heapUsed - heap) / 1e6, exports: Object.keys(loaded).length }));
`;

async function importing(folder: string, rounds: number): Promise<Result[]> {
  const entry = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const zod = entry("zod.ts", `export * from ${JSON.stringify(join(ROOT, "node_modules/zod/mini/index.js"))};`);
  const all = entry(
    "client-api.ts",
    `export * from ${JSON.stringify(join(ROOT, "packages/client-api/src/index.ts"))}; export * as table from ${JSON.stringify(join(ROOT, "packages/client-api/src/endpoints.ts"))};`,
  );
  await build({
    entryPoints: [zod, all],
    outdir: folder,
    bundle: true,
    splitting: true,
    minify: true,
    format: "esm",
    platform: "node",
    conditions: ["@patrix/source"],
    logLevel: "silent",
  });
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(join(folder, "probe.js"), PROBE);
  const runs = Array.from({ length: rounds }, () => {
    const text = execFileSync(process.execPath, ["--expose-gc", join(folder, "probe.js")], { encoding: "utf8" });
    return JSON.parse(text) as { ms: number; mb: number; exports: number };
  });
  return [
    budgeted(
      "import of all of client-api, bundled, on top of zod",
      runs.map(({ ms }) => ms),
      20,
      "ms",
    ),
    budgeted(
      "heap that it takes",
      runs.map(({ mb }) => mb),
      3,
      "MB",
    ),
  ];
}

async function oneEndpoint(): Promise<Result> {
  const { outputFiles } = await build({
    stdin: { contents: 'import { getTokenOwner } from "@patrix/client-api"; globalThis.endpoint = getTokenOwner;', resolveDir: ROOT },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["@patrix/source"],
    logLevel: "silent",
  });
  return budgeted("browser bundle with one endpoint, gzipped", [gzipSync(outputFiles[0]?.contents ?? "").byteLength / 1024], 15, "KiB");
}

function typeCheck(folder: string, title: string, include: readonly string[], budgetS: number, rounds: number): Result {
  const project = join(folder, "tsconfig.json");
  const compilerOptions = {
    noEmit: true,
    emitDeclarationOnly: false,
    composite: false,
    incremental: false,
    tsBuildInfoFile: null,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    rootDir: ROOT,
    types: ["node"],
    typeRoots: [join(ROOT, "node_modules/@types")],
  };
  const files = include.map((path) => join(ROOT, path));
  writeFileSync(
    project,
    JSON.stringify({ extends: join(ROOT, "tsconfig.base.json"), compilerOptions, include: files, exclude: ["**/node_modules", "**/dist"] }),
  );
  const values = Array.from({ length: rounds }, () => {
    const begin = performance.now();
    try {
      execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", project], { stdio: "pipe", cwd: ROOT });
    } catch (error) {
      const output = error instanceof Error && "stdout" in error ? String(error.stdout) : "";
      process.stderr.write(`${title}: ${relative(ROOT, project)} has errors, the time counts all the same\n${output.slice(0, 500)}\n`);
    }
    return (performance.now() - begin) / 1000;
  });
  return budgeted(title, values, budgetS, "s");
}

/** How much the compiler has to do, and how much it writes; recorded so that growth is seen. */
function compilerWork(folder: string): Result {
  const output = join(folder, "declarations");
  const options = ["--noEmit", "false", "--outDir", output, "--emitDeclarationOnly", "--declaration", "--extendedDiagnostics"];
  const project = join(folder, "tsconfig.json");
  const text = execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", project, ...options], { cwd: ROOT, encoding: "utf8" });
  const count = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? Number.NaN);
  const declarations = readdirSync(output, { recursive: true, withFileTypes: true }).filter(
    (file) => file.isFile() && file.name.endsWith(".d.ts"),
  );
  const bytes = declarations.reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
  return {
    title: "compiling client-api and events with what they import",
    timings: [],
    comparisons: [],
    measurements: [
      { name: "instantiations", value: count("Instantiations"), unit: "" },
      { name: "types", value: count("Types"), unit: "" },
      { name: "declaration files", value: declarations.length, unit: "" },
      { name: "declarations", value: bytes / 1024, unit: "KiB" },
    ],
  };
}

async function run({ isSmoke }: BenchmarkContext): Promise<Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "patrix-import-"));
  try {
    const results = [...(await importing(folder, isSmoke ? 1 : 9)), await oneEndpoint()];
    if (isSmoke) return results;
    const sources = ["packages/client-api/src/**/*.ts", "packages/events/src/**/*.ts"];
    results.push(typeCheck(folder, "type check of client-api and events", sources, 1, 5), compilerWork(folder));
    results.push(
      typeCheck(
        folder,
        "type check of the whole workspace",
        [
          "packages/*/src/**/*.ts",
          "packages/*/tests/**/*.ts",
          "conformance/**/*.ts",
          "benchmarks/**/*.ts",
          "examples/**/*.ts",
          "scripts/**/*.ts",
        ],
        15,
        2,
      ),
    );
    return results;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures import and type check. */
export const subject: Benchmark = { name: "import", run };
