import { defineConfig, type Options } from "tsup";

/** JavaScript only: declarations come from the workspace-wide `tsc -b`. */
export function library(
  entry: string[] | Record<string, string>,
  platform: "neutral" | "node" = "neutral",
): ReturnType<typeof defineConfig> {
  const options: Options = {
    entry,
    format: "esm",
    target: "es2023",
    platform,
    splitting: true,
    sourcemap: true,
    dts: false,
    clean: false,
    // node:sqlite exists only under its prefix.
    removeNodeProtocol: false,
    // Optional packages stay apart: they bring native files of their own.
    external: [/^node:/, "sharp"],
  };
  return defineConfig(options);
}
