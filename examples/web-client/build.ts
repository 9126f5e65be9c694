// Builds the web client into dist/, with a compressed form of each file beside it. `buildWebClient` does so only if something has changed.
import { createHash } from "node:crypto";
import { existsSync, globSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const folder = import.meta.dirname;
const dist = join(folder, "dist");
const mark = join(dist, "built-from.txt");

/** Builds what is not built yet; gives the folder with the files. */
export async function buildWebClient(): Promise<string> {
  const sources = fingerprint();
  if (existsSync(mark) && readFileSync(mark, "utf8") === sources) return dist;
  rmSync(dist, { recursive: true, force: true });
  const { build } = await import("vite");
  await build({ root: folder, configFile: join(folder, "vite.config.ts"), logLevel: "error" });
  for (const name of globSync("**/*.{js,css,html,svg,wasm}", { cwd: dist })) {
    const path = join(dist, name);
    writeFileSync(`${path}.gz`, await promisify(gzip)(readFileSync(path)));
  }
  writeFileSync(mark, sources);
  return dist;
}

/** Names, sizes and times of all sources. */
function fingerprint(): string {
  const hash = createHash("sha256");
  const own = ["index.html", "vite.config.ts", "build.ts", "src/**/*", "public/*", "../../packages/*/src/**/*.ts", "../../pnpm-lock.yaml"];
  for (const path of globSync(own, { cwd: folder }).sort()) {
    const stats = statSync(join(folder, path));
    if (stats.isFile()) hash.update(`${path} ${stats.size} ${stats.mtimeMs}\n`);
  }
  return hash.digest("hex");
}

if (import.meta.main) {
  const begun = performance.now();
  await buildWebClient();
  process.stdout.write(`${dist}, ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
}
