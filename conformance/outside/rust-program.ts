import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { run } from "./foreign-program.ts";

const BUILD_MS = 3_600_000;

/** Where the sessions on the crates of Element X stand. */
export const elementX: string = join(import.meta.dirname, "element-x");

/** Builds a program of a Rust package into the temporary folder; the first time takes minutes. @returns Its path. */
export async function buildRustProgram(source: string, name: string, profile: "debug" | "release" = "debug"): Promise<string> {
  const target = process.env["CARGO_TARGET_DIR"] ?? join(tmpdir(), `patrix-outside-${basename(source)}`);
  const args = ["build", "--locked", "--bin", name, "--manifest-path", join(source, "Cargo.toml"), "--target-dir", target];
  const built = await run("cargo", profile === "release" ? [...args, "--release"] : args, { timeoutMs: BUILD_MS });
  if (built.code !== 0) throw new Error(`${name} cannot be built: ${built.err.slice(-2_000)}`);
  return join(target, profile, name);
}
