import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./foreign-program.ts";

const BUILD_MS = 3_600_000;
const source = join(import.meta.dirname, "element-x");
const target = process.env["CARGO_TARGET_DIR"] ?? join(tmpdir(), "patrix-outside-element-x");

/** Builds a program on the crates that Element X is made of; the first time takes minutes. @returns Its path. */
export async function buildRustProgram(name: string): Promise<string> {
  const args = ["build", "--locked", "--bin", name, "--manifest-path", join(source, "Cargo.toml"), "--target-dir", target];
  const built = await run("cargo", args, { timeoutMs: BUILD_MS });
  if (built.code !== 0) throw new Error(`${name} cannot be built: ${built.err.slice(-2_000)}`);
  return join(target, "debug", name);
}
