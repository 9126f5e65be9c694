// What a page loads of the client.
import { gzipSync } from "node:zlib";
import { build, type Metafile } from "esbuild";
import type { Measurement } from "../benchmark.ts";

/** What a page loads before it does anything, and what it would load if all were in one file; without the engine of encryption. */
export async function clientSizes(): Promise<readonly Measurement[]> {
  return [
    { name: "client, first load", value: await firstLoadKiB("@patrix/client"), unit: "KiB gzipped" },
    {
      name: "client with the store of browsers, first load",
      value: await firstLoadKiB("@patrix/client", "@patrix/client/browser"),
      unit: "KiB gzipped",
    },
    { name: "client, all of it in one file", value: await oneFileKiB("@patrix/client"), unit: "KiB gzipped" },
  ];
}

const options = { bundle: true, minify: true, write: false, format: "esm", platform: "browser" } as const;
const conditions = ["@patrix/source"];
const stdinOf = (entries: readonly string[]) => ({
  contents: entries.map((entry) => `export * from "${entry}";`).join("\n"),
  resolveDir: import.meta.dirname,
});

async function firstLoadKiB(...entries: readonly string[]): Promise<number> {
  const { outputFiles, metafile } = await build({
    ...options,
    conditions,
    stdin: stdinOf(entries),
    splitting: true,
    metafile: true,
    outdir: "out",
  });
  const loaded = staticImports(metafile.outputs);
  return kiB(outputFiles.filter(({ path }) => [...loaded].some((name) => path.endsWith(name))));
}

async function oneFileKiB(entry: string): Promise<number> {
  const { outputFiles } = await build({ ...options, conditions, stdin: stdinOf([entry]), external: ["@patrix/client-crypto"] });
  return kiB(outputFiles);
}

/** The entry point, and all that it imports at once. */
function staticImports(outputs: Metafile["outputs"]): ReadonlySet<string> {
  const loaded = new Set(Object.keys(outputs).filter((name) => outputs[name]?.entryPoint === "<stdin>"));
  for (const name of loaded)
    for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === "import-statement" && outputs[path]) loaded.add(path);
  return loaded;
}

function kiB(files: readonly { readonly contents: Uint8Array }[]): number {
  return files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0) / 1024;
}
