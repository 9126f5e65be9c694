// Where things are in this workspace.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Root of the workspace. */
export const ROOT: string = join(import.meta.dirname, "..");

/** A package of `packages/`. */
export interface WorkspacePackage {
  name: string;
  /** Absolute path. */
  path: string;
  /** Subpaths of its `exports`, such as `.` and `./room`. */
  subpaths: string[];
}

/** Every package of `packages/`, by folder name. */
export function workspacePackages(): WorkspacePackage[] {
  return readdirSync(join(ROOT, "packages"))
    .map((folder) => join(ROOT, "packages", folder))
    .filter((path) => existsSync(join(path, "package.json")))
    .map((path) => {
      const { name, exports = {} } = JSON.parse(readFileSync(join(path, "package.json"), "utf8")) as { name: string; exports?: object };
      return { name, path, subpaths: Object.keys(exports) };
    });
}

/** Environment in which the workspace's own tools are found. The tools of `scripts/architecture` come last: its `tsc` is version 6. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const path = [join(ROOT, "node_modules/.bin"), process.env["PATH"], join(ROOT, "scripts/architecture/node_modules/.bin")].join(delimiter);
  return { ...process.env, PATH: path, NO_COLOR: "1" };
}

/** The pinned pnpm if `npm start` or `npm test` fetched it, or else the one in PATH. */
export function pnpmProgram(): string {
  const folder = join(ROOT, ".patrix/tools/node_modules/@pnpm");
  const platform = existsSync(folder) ? readdirSync(folder).find((name) => name.startsWith("exe.")) : undefined;
  return platform === undefined ? "pnpm" : join(folder, platform, process.platform === "win32" ? "pnpm.exe" : "pnpm");
}
