import { execFileSync } from "node:child_process";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, type BuildOptions, type OutputFile } from "esbuild";
import { expect, it } from "vitest";

const entry = join(import.meta.dirname, "../src/index.ts");
const options = {
  entryPoints: [entry],
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  outdir: "out",
  format: "esm",
  platform: "browser",
  conditions: ["@patrix/source"],
} satisfies BuildOptions;
const gzipped = (files: readonly OutputFile[]): number => files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0) / 1024;

it("a page loads at most 62 KiB gzipped before it does anything, and no part of what comes later", async () => {
  const { outputFiles, metafile } = await build({ ...options, splitting: true });
  const { outputs } = metafile;
  const first = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint?.endsWith("client/src/index.ts")));
  for (const name of first)
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === "import-statement" && outputs[path]) first.add(path);
  const sizeKiB = gzipped(outputFiles.filter(({ path }) => [...first].some((name) => path.endsWith(name))));
  expect(sizeKiB).toBeGreaterThan(30);
  expect(sizeKiB).toBeLessThan(62);
  const inputs = [...first].flatMap((name) => Object.entries(outputs[name]?.inputs ?? {}));
  const loaded = inputs.flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : []));
  expect(loaded.filter((path) => /packages\/(push-rules|html)\/|node_modules\/(?!\.pnpm\/|zod\/)/.test(path))).toEqual([]);
  // The requests that every session makes; the rest of a declaration is its paths and parts.
  const endpoints = inputs.filter(([path, { bytesInOutput }]) => path.includes("client-api/src/") && bytesInOutput > 100);
  expect(endpoints.map(([path]) => basename(path)).toSorted()).toEqual([
    "get-versions.ts",
    "logout.ts",
    "refresh-token.ts",
    "send-message.ts",
  ]);
});

it("all of the client takes at most 124 KiB gzipped in one file without the engine of encryption, and no parser of HTML is in it", async () => {
  const { outputFiles, metafile } = await build({ ...options, external: ["@patrix/client-crypto"] });
  expect(gzipped(outputFiles)).toBeLessThan(124);
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs: of }) => Object.keys(of));
  expect(inputs.filter((path) => /parse5|entities/.test(path))).toEqual([]);
});

it("errors print under their own names when the client is bundled", async () => {
  const contents = `
    import { ClientError, MatrixError } from ${JSON.stringify(entry)};
    console.log(new MatrixError(403, "M_FORBIDDEN", "no"));
    console.log(new ClientError("STOPPED", "x"));`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: import.meta.dirname },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    conditions: ["@patrix/source"],
  });
  const out = execFileSync(process.execPath, ["--input-type=module"], { input: outputFiles[0]?.text ?? "", encoding: "utf8" });
  expect(out.split("\n").filter((line) => /^\S/.test(line) && !line.startsWith("}"))).toEqual([
    expect.stringMatching(/^MatrixError: /),
    expect.stringMatching(/^ClientError: /),
  ]);
});
