// Builds the API reference into docs/api with the TypeDoc of the workspace package `docs`, which brings TypeScript 6.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./workspace.ts";

const folder = join(ROOT, "docs");
const { status } = spawnSync(join(folder, "node_modules/.bin/typedoc"), ["--logLevel", "Warn"], { cwd: folder, stdio: "inherit" });
if (status === 0 && existsSync(join(folder, "api/index.html"))) {
  process.stdout.write(`API reference: docs/api/index.html, ${readdirSync(join(folder, "api"), { recursive: true }).length} files\n`);
}
process.exitCode = status ?? 1;
