import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";

const entry = join(import.meta.dirname, "../src/index.ts");

it("the core takes at most 83 KB gzipped with its schemas, and runs without Node", async () => {
  const { outputFiles, metafile } = await build({
    entryPoints: [entry],
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    outdir: "out",
    format: "esm",
    platform: "browser",
    conditions: ["@patrix/source"],
  });
  const main = outputFiles.find(({ path }) => path.endsWith("index.js"));
  const static_ = Object.entries(metafile.outputs)
    .find(([path]) => path.endsWith("index.js"))?.[1]
    .imports.filter(({ kind }) => kind === "import-statement");
  const shared = (static_ ?? []).map(({ path }) => outputFiles.find((file) => file.path.endsWith(path.split("/").at(-1) ?? "")));
  const sizeBytes = [main, ...shared].reduce((sum, file) => sum + gzipSync(file?.contents ?? "").length, 0);
  expect(sizeBytes).toBeGreaterThan(10_000);
  expect(sizeBytes).toBeLessThan(83 * 1024);
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
