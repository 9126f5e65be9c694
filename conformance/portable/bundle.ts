import { existsSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const ROOT = join(import.meta.dirname, "..", "..");

/** Bundles a module text for browsers, from sources. Fails where anything needs Node. */
export async function bundleForBrowser(text: string, globalName?: string): Promise<{ code: string; sizeBytes: number }> {
  const result = await build({
    stdin: { contents: text, resolveDir: ROOT, loader: "ts" },
    bundle: true,
    minify: true,
    write: false,
    platform: "browser",
    target: "es2023",
    format: globalName === undefined ? "esm" : "iife",
    ...(globalName === undefined ? {} : { globalName }),
    conditions: ["@patrix/source"],
    logLevel: "silent",
  });
  const [file] = result.outputFiles;
  if (file === undefined) throw new Error("the bundler wrote nothing");
  return { code: file.text, sizeBytes: file.contents.byteLength };
}

/** Debian's Chromium, if it is installed. */
export function chromiumPath(): string | undefined {
  return ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((path) => existsSync(path));
}
